# Activates a conda environment with whatever conda there is: a function of this shell, a command, or one of the usual
# places. Where there are several, one that knows the environment.
srunx_activate_conda() {
    local environment=$1 exe tried=
    if declare -F conda >/dev/null; then
        conda activate "$environment" && return 0
        tried=' the shell function conda'
    fi
    for exe in "${CONDA_EXE:-}" "$(type -P conda)" "${MAMBA_EXE:-}" "$(type -P micromamba)" "$(type -P mamba)" \
        "${MAMBA_ROOT_PREFIX:-}"/{bin,condabin}/{conda,micromamba,mamba} \
        {~,/opt,/usr/local}/{,.}{miniforge3,mambaforge,miniconda3,anaconda3,miniconda,anaconda,conda,micromamba}/bin/conda \
        {~/bin,~/.local/bin,/opt/micromamba/bin,/usr/local/bin}/micromamba; do
        [[ -f $exe && -x $exe && "$tried " != *" $exe "* ]] || continue
        tried+=" $exe"
        case ${exe##*/} in
        conda) eval "$("$exe" shell.bash hook 2>/dev/null)" && conda activate "$environment" && return 0 ;;
        *) eval "$("$exe" shell hook --shell bash 2>/dev/null)" && "${exe##*/}" activate "$environment" && return 0 ;;
        esac
    done
    if [[ $tried ]]; then
        printf 'srunx: the conda environment %s could not be activated, with:%s\n' "$environment" "$tried" >&2
    else
        printf 'srunx: no conda was found to activate %s: no shell function, nothing on PATH, in CONDA_EXE, MAMBA_EXE or MAMBA_ROOT_PREFIX, nor in the usual folders\n' "$environment" >&2
    fi
    return 1
}
