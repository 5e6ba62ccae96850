# shellcheck shell=bash disable=SC2034,SC2154
# Releases side by side: /srv/khen-thuong/releases/NAME, the one in use named by the link `current`.

kept_releases=3

git_here() { git -c safe.directory="$source_folder" -C "$source_folder" "$@"; }
is_checkout() { [ -e "$source_folder/.git" ] && command -v git >/dev/null; }

# The release is called by its commit; a folder without git by a digest of its files.
name_release() {
    if is_checkout; then
        release=$releases/$(git_here rev-parse --short=12 HEAD)
        [ -z "$(git_here status --porcelain --untracked-files=no)" ] ||
            say "$source_folder has changes that are not committed; they are not installed."
    else
        release=$releases/$(cd "$source_folder" && source_files | sort -z | xargs -0 sha256sum | sha256sum | cut -c 1-12)
    fi
}

source_files() {
    find . \( -name .venv -o -name node_modules -o -name __pycache__ -o -path ./build -o -path ./var -o -path ./staticfiles \) -prune \
        -o \( -type f ! -name '*.mo' -print0 \)
}

copy_source() {
    if is_checkout; then
        git_here archive HEAD | tar -x -C "$release"
    else
        (cd "$source_folder" && source_files | tar -c --null --files-from=-) | tar -x -C "$release"
    fi
}

release_in_use() { readlink "$current" || true; }

# Everything that a release needs lies in its folder and is built before anybody is asked to wait.
build_release() {
    [ ! -e "$release/.built" ] || return 0
    say "Building the release ${release##*/}"
    end_work_in "$release"
    rm -rf "$release"
    install -d -m 0755 "$release"
    copy_source
    # What is compiled now is not compiled at each start: the service may not write here.
    UV_COMPILE_BYTECODE=1 npm_config_update_notifier=false make -C "$release" --silent setup
    "$release/.venv/bin/python" -m compileall -q -x '/(\.venv|node_modules|tests)/' "$release"
    install -d -o "$service_user" "$release/staticfiles"
    KHEN_THUONG_PROGRAM=scripts/collect_static.py in_new_release
    chown -R root:root "$release/staticfiles"
    chmod -R u=rwX,go=rX "$release/staticfiles"
    touch "$release/.built"
}

# use_release FOLDER: at once, never half.
use_release() {
    ln -sfn "$1" "$current.new"
    mv -T "$current.new" "$current"
}

# Those that served last stay, so that going back is switching the link; the one in use always does.
remove_old_releases() {
    local folder stay
    touch "$(release_in_use)/.served"
    stay=$(ls -t "$releases"/*/.served | head -n "$kept_releases")
    for folder in "$releases"/*/; do
        grep -qxF "${folder}.served" <<<"$stay" || rm -rf "${folder%/}"
    done
}
