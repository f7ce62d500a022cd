//! The events of `jiter`, with offsets into the whole text and a memory of where each step began.

use jiter::{Jiter, JiterResult};

use crate::Span;
use crate::recover::Stage;

/// The events of `jiter` with offsets into the whole text.
pub(super) struct Events<'t> {
    text: &'t str,
    pub(super) jiter: Jiter<'t>,
    base: usize,
}

/// A step that failed: what it was to read, and from where.
pub(super) struct Failure {
    pub(super) stage: Stage,
    pub(super) start: u32,
}

impl<'t> Events<'t> {
    pub(super) fn new(text: &'t str, base: usize, tape: Vec<u8>) -> Self {
        Self {
            text,
            jiter: Jiter::with_tape(&text.as_bytes()[base..], tape),
            base,
        }
    }

    pub(super) fn position(&self) -> u32 {
        (self.base + self.jiter.current_index()) as u32
    }

    pub(super) fn go_to(&mut self, position: u32) {
        self.base = (position as usize).min(self.text.len());
        let rest = &self.text.as_bytes()[self.base..];
        let tape = std::mem::replace(&mut self.jiter, Jiter::new(rest)).into_tape();
        self.jiter = Jiter::with_tape(rest, tape);
    }

    /// Runs one step, remembering where it began.
    #[inline]
    pub(super) fn step<T>(
        &mut self,
        stage: Stage,
        step: impl FnOnce(&mut Jiter<'t>) -> JiterResult<T>,
    ) -> Result<T, Failure> {
        let start = self.position();
        step(&mut self.jiter).map_err(|_| Failure { stage, start })
    }

    /// The text between the quotes of the string that starts here.
    pub(super) fn string(&mut self) -> Result<Span, Failure> {
        let start = self.position();
        self.step(Stage::Value, |jiter| jiter.known_bytes().map(|_| ()))?;
        Ok(Span::new(start + 1, self.position() - 1))
    }

    /// The text between the quotes of the next member name; `None` where the object ends.
    pub(super) fn name(&mut self, stage: Stage) -> Result<Option<Span>, Failure> {
        let text = self.text.as_ptr() as usize;
        self.step(stage, |jiter| {
            let name = match stage {
                Stage::First => jiter.next_object_bytes(),
                _ => jiter.next_key_bytes(),
            };
            // The events give a slice of the text: its place is the distance from the start.
            Ok(name?.map(|name| {
                let start = (name.as_ptr() as usize - text) as u32;
                Span::new(start, start + name.len() as u32)
            }))
        })
    }
}
