//! Draws a part of the graph as PNG: the picture that `svg` draws, with the fonts of this machine.

use super::drawing::View;
use super::svg;
use crate::chars::is_han;
use crate::error::{Error, Result};
use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{Group, Node, Options, Tree};

/// Dots for each unit of the SVG, so that small words stay sharp.
const SCALE: f32 = 2.0;

/// A picture has at most so many dots; larger ones are drawn smaller. In memory a dot takes four bytes.
const DOTS: f32 = 60e6;

/// Draws what `view` shows.
///
/// # Errors
/// If no font of the machine has the Chinese characters.
pub fn write(view: &View) -> Result<Vec<u8>> {
    let mut options = Options { font_family: "sans-serif".to_owned(), ..Options::default() };
    options.fontdb_mut().load_system_fonts();
    let unusable = |what: String| Error::Argument(format!("png: {what}"));
    let svg = svg::write(view);
    let tree = Tree::from_str(&svg, &options).map_err(|e| unusable(e.to_string()))?;
    let han = |text: &str| text.chars().filter(|&c| is_han(c)).count();
    let wanted: usize = svg.lines().filter(|line| line.starts_with("<text ")).map(han).sum();
    if drawn(tree.root()) < wanted {
        return Err(unusable(format!(
            "no font on this machine has all of the Chinese characters; install one (on Debian: apt install \
             fonts-noto-cjk; looked for first: {}), or take --format svg, which is drawn where it is looked at",
            view.drawing.fonts.join(", ")
        )));
    }
    let size = tree.size();
    let scale = SCALE.min((DOTS / (size.width() * size.height())).sqrt());
    let picture = size.to_int_size().scale_by(scale).and_then(|size| Pixmap::new(size.width(), size.height()));
    let mut picture =
        picture.ok_or_else(|| unusable("the picture is too large; take fewer things with --top".to_owned()))?;
    resvg::render(&tree, Transform::from_scale(scale, scale), &mut picture.as_mut());
    picture.encode_png().map_err(|e| unusable(e.to_string()))
}

/// How many Chinese characters are drawn, and not as an empty box or not at all.
fn drawn(group: &Group) -> usize {
    let of = |node: &Node| match node {
        Node::Group(group) => drawn(group),
        Node::Text(text) => {
            let glyphs = text.layouted().iter().flat_map(|span| &span.positioned_glyphs);
            glyphs.filter(|glyph| glyph.id.0 != 0).flat_map(|glyph| glyph.text.chars()).filter(|&c| is_han(c)).count()
        }
        Node::Path(_) | Node::Image(_) => 0,
    };
    group.children().iter().map(of).sum()
}
