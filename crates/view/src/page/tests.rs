//! Pages of small runs.

use super::*;
