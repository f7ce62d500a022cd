//! The linter from outside: the cases of the rules, and what holds for all of them.

mod case;
mod cases;
mod cite;
mod real;
mod soundness;
