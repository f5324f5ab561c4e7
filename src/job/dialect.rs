//! How a release of Slurm's commands reads what is asked of them, where releases differ: one plainly named answer for
//! each difference. Who talks to a cluster fills it in for the release in use; the parsers here only ask.

/// What differs between releases in reading the values of options. The default is the newest release.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dialect {
    /// `--nodes` may be a list of counts, `1,3` or `1-4:2`, each of them below this.
    pub node_count_list_limit: Option<i64>,
    /// A whole number must be less than 2147483647. Otherwise only what does not fit 64 bits is refused, and the rest is
    /// cut to 32 bits.
    pub integers_must_fit: bool,
    /// A number that is too large is said to be "too large", not "to big".
    pub says_too_large: bool,
    /// `elevenses` is a time of day: 11 AM.
    pub elevenses: bool,
    /// Signals can be called CHLD and PIPE.
    pub chld_and_pipe: bool,
    /// `--distribution=plane` without a good size is refused. Otherwise it means no distribution at all.
    pub plane_needs_size: bool,
    /// What every entry of `--gres` begins with in the request.
    pub gres_prefix: &'static str,
    /// The name of GPUs in the request's TRES strings.
    pub gpu_tres: &'static str,
    /// A range of CPU frequencies needs a governor, and a single frequency means UserSpace. Otherwise neither is so,
    /// and a governor stands only behind a range.
    pub cpu_range_needs_governor: bool,
    /// `--mem-bind` knows `sort` and `nosort`.
    pub memory_sorting: bool,
    /// A list of `--mem-bind` that comes to nothing is refused.
    pub empty_binding_list_refused: bool,
    /// `--gpu-bind` is checked and asked for as a binding of `gres/gpu`, not `gpu`; several are joined by `+`, not `;`; and
    /// `map:` and `mask:` are ways to bind.
    pub bindings_name_gres: bool,
    /// `closest` and `none` of `--gpu-bind` are read to their ends, not only their first letters.
    pub binding_words_whole: bool,
    /// Lists of `--gpu-bind` must hold decimal numbers or hexadecimal masks, not whatever C calls a number.
    pub binding_lists_checked: bool,
    /// A list behind `map:` or `mask:` of `--gpu-bind` is checked from its start, not four places further on.
    pub short_binding_lists_whole: bool,
    /// `--gres-flags` is a list of flags, and there are flags about sharing.
    pub gres_flag_lists: bool,
}

impl Default for Dialect {
    fn default() -> Self {
        Self {
            node_count_list_limit: Some(16384),
            integers_must_fit: true,
            says_too_large: true,
            elevenses: true,
            chld_and_pipe: true,
            plane_needs_size: true,
            gres_prefix: "gres/",
            gpu_tres: "gres/gpu",
            cpu_range_needs_governor: true,
            memory_sorting: false,
            empty_binding_list_refused: true,
            bindings_name_gres: true,
            binding_words_whole: true,
            binding_lists_checked: true,
            short_binding_lists_whole: true,
            gres_flag_lists: true,
        }
    }
}
