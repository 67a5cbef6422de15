//! Where the things of a picture stand.

/// Places `count` things on a spiral in their order, the first in the middle.
pub(super) fn place(count: usize, _edges: &[(usize, usize)]) -> Vec<(f64, f64)> {
    let golden = std::f64::consts::PI * (3.0 - 5.0_f64.sqrt());
    (0..u32::try_from(count).unwrap_or(u32::MAX))
        .map(|at| {
            let (radius, angle) = (f64::from(at).sqrt(), f64::from(at) * golden);
            (radius * angle.cos(), radius * angle.sin())
        })
        .collect()
}
