"""The commit-msg hook in real repositories: what it lets through, and that it leaves others' hooks alone."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parents[3] / "scripts" / "commit_message.py"
GOOD = "Read villages without a code\n\nThe list forgot them; seen with a file of Bắc Bình.\n"
BARE = "Read villages without a code"

pytestmark = pytest.mark.slow  # Each makes a repository and commits to it.


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with the script and one commit, before the hook is installed."""
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    for who in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{who}_NAME", "An")
        monkeypatch.setenv(f"GIT_{who}_EMAIL", "an@example.vn")
    found = tmp_path / "checkout"
    (found / "scripts").mkdir(parents=True)
    (found / "scripts" / SCRIPT.name).write_bytes(SCRIPT.read_bytes())
    git(found, "init", "--quiet", "--initial-branch=main")
    git(found, "add", ".")
    git(found, "commit", "--quiet", "--message", "begin; before there was a hook")
    return found


def git(folder: Path, *words: str, status: int = 0) -> str:
    done = subprocess.run(["git", *words], cwd=folder, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == status, done.stderr
    return done.stdout + done.stderr


def install(folder: Path) -> str:
    """What installing said."""
    command = [sys.executable, SCRIPT, "--install"]
    done = subprocess.run(command, cwd=folder, capture_output=True, encoding="utf-8", check=True)
    return done.stdout + done.stderr


def commit(folder: Path, message: str, *words: str, status: int = 0) -> str:
    return git(folder, "commit", "--quiet", "--allow-empty", "--message", message, *words, status=status)


def commits(folder: Path) -> int:
    return int(git(folder, "rev-list", "--count", "HEAD"))


def test_without_the_hook_everything_passes(checkout: Path) -> None:
    commit(checkout, BARE)

    assert commits(checkout) == 2


def test_refuses_a_bare_subject_and_keeps_what_was_written(checkout: Path) -> None:
    assert install(checkout) == ""

    said = commit(checkout, BARE, status=1)

    assert "There is no body" in said
    assert "git commit --edit --file=.git/COMMIT_EDITMSG" in said
    assert (checkout / ".git" / "COMMIT_EDITMSG").read_text(encoding="utf-8").strip() == BARE
    assert commits(checkout) == 1


def test_accepts_a_subject_with_its_why_from_any_folder(checkout: Path) -> None:
    install(checkout)

    commit(checkout / "scripts", GOOD)

    assert commits(checkout) == 2


def test_what_git_adds_for_the_writer_counts_for_nothing(checkout: Path) -> None:
    install(checkout)
    editor = f'sh -c \'printf "{BARE}\\n\\n# On branch main; more\\n" > "$1"\' -'

    said = git(checkout, "-c", f"core.editor={editor}", "commit", "--allow-empty", "--verbose", status=1)

    assert "There is no body" in said


def test_judges_in_a_worktree_too(checkout: Path) -> None:
    install(checkout)
    beside = checkout.parent / "beside"
    git(checkout, "worktree", "add", "--quiet", "-b", "beside", str(beside))

    commit(beside, BARE, status=1)
    commit(beside, GOOD)

    assert commits(beside) == 2
    assert install(beside) == ""


def test_lets_merges_through_as_git_words_them(checkout: Path) -> None:
    install(checkout)
    git(checkout, "switch", "--quiet", "--create", "other")
    commit(checkout, GOOD)
    git(checkout, "switch", "--quiet", "main")
    # Two commits of one second, tree and message would be one commit, and nothing to merge.
    commit(checkout, f"{GOOD}\nOn the other side.\n")

    git(checkout, "merge", "--quiet", "--no-edit", "other")

    assert commits(checkout) == 4


def test_passes_where_the_tree_has_no_script_yet(checkout: Path) -> None:
    install(checkout)
    git(checkout, "switch", "--quiet", "--orphan", "older")

    commit(checkout, BARE)

    assert commits(checkout) == 1


def test_leaves_another_hook_alone_and_says_so(checkout: Path) -> None:
    hook = checkout / ".git" / "hooks" / "commit-msg"
    hook.write_text("#!/bin/sh\nexit 0\n", encoding="utf-8")

    said = install(checkout)

    assert "another one stands at" in said
    assert hook.read_text(encoding="utf-8") == "#!/bin/sh\nexit 0\n"


def test_writes_into_no_folder_that_other_repositories_share(checkout: Path) -> None:
    shared = checkout.parent / "hooks"
    shared.mkdir()
    git(checkout, "config", "core.hooksPath", str(shared))

    said = install(checkout)

    assert str(shared) in said
    assert list(shared.iterdir()) == []


def test_outside_a_checkout_there_is_nothing_to_install(
    checkout: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))

    assert install(tmp_path) == ""
