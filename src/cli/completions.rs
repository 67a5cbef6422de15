//! `wenmai completions`: a completion script for a shell.

use super::Outcome;
use super::output::{self, Failure};
use clap::{Args, Command};
use clap_complete::Shell;
use std::io::Write as _;

#[derive(Args)]
#[command(after_help = "Examples:\n  \
    wenmai completions bash > ~/.local/share/bash-completion/completions/wenmai\n  \
    wenmai completions zsh  > ~/.zfunc/_wenmai\n  \
    wenmai completions fish > ~/.config/fish/completions/wenmai.fish")]
pub(super) struct Options {
    /// The shell
    #[arg(value_name = "SHELL")]
    shell: Shell,
}

pub(super) fn run(options: &Options, command: &mut Command) -> Result<Outcome, Failure> {
    // Into memory first: the generator stops the program where its output is closed.
    let mut script = Vec::new();
    clap_complete::generate(options.shell, command, "wenmai", &mut script);
    let mut out = output::results();
    out.write_all(&script)?;
    out.flush()?;
    Ok(Outcome::Done)
}
