#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Removes each sync, lock, bound and check of the code that keeps promises, one at a time, and says
which of these mutants no test notices.

    tests/mutation/mutate.py --list
    tests/mutation/mutate.py [--build DIR] [--jobs N] [--only TEXT] [--report FILE]

Works on a copy of the tree in DIR (default: build/mutation) that is built once; each mutant then
costs the compilation of one file and the tests of its group, until the first that fails.
"""
import argparse
import dataclasses
import pathlib
import re
import shutil
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
TEST_LIMIT_S = 300

# What is mutated, and the test programs that have to notice, the quickest first.
STORE = [["store_tests", "~crash*"], ["domain_tests"], ["store_tests", "crash*"]]
GROUPS = [
    (r"libloop/src/store/(append_log|file_lock|lock_wait|file_content|file_io|file_creation|"
     r"file_hold|backup_store|backup_name|checkpoint_store|recovery)\.cpp", STORE),
    (r"libloop/src/store/(relative_path|posix_root|posix_walk|posix_files|posix_open_file|"
     r"posix_directory)\.cpp", [["store_tests", "~crash*"]]),
    (r"libloop/src/domain/(escalation|time_commits|time_index)\.cpp", [["domain_tests"]]),
]


@dataclasses.dataclass(frozen=True)
class Mutant:
    file: str
    line: int  # from 1
    kind: str
    begin: int  # of the replaced text in the file
    end: int
    text: str  # in its place
    tests: tuple

    def name(self):
        return f"{self.file}:{self.line} {self.kind}"


def statement_end(text, begin):
    """Behind the ';' of the statement at `begin`."""
    depth = 0
    for at in range(begin, len(text)):
        if text[at] in "([{":
            depth += 1
        elif text[at] in ")]}":
            depth -= 1
        elif text[at] == ";" and depth == 0:
            return at + 1
    return len(text)


def closing(text, begin):
    """The parenthesis that closes the one at `begin`."""
    depth = 0
    for at in range(begin, len(text)):
        depth += {"(": 1, ")": -1}.get(text[at], 0)
        if depth == 0:
            return at
    return len(text)


SYNC = re.compile(r"^ *LOOP_TRY_VOID\([^;]*?(sync|make_durable|durable)\w*\(", re.M)
SYSTEM_SYNC = re.compile(r"\b(fsync|fdatasync)\(")
LOCK = re.compile(r"\bflock\(")
FLAG = re.compile(r" \| (O_NOFOLLOW|O_CLOEXEC|O_NONBLOCK|O_EXCL|RESOLVE_\w+)\b")
CHECK = re.compile(r"^ *(?:\} else )?if \((?!false)", re.M)
REFUSAL = re.compile(r"\s*(?:\{\s*)?(?:errno = \w+;\s*)?(?:return\b[^;]*(?:Error\(|failed\(|false|"
                     r"outside|refuse|error\(\))|is_\w+ = )")
BOUND = re.compile(r"(?<=[\w)\]] )(>=|<=|>|<)(?= k[A-Z]\w*)")


def mutants_of(file, text, tests):
    def make(kind, begin, end, new):
        return Mutant(file, text.count("\n", 0, begin) + 1, kind, begin, end, new, tests)

    for match in SYNC.finditer(text):
        begin = match.start() + len(match.group()) - len(match.group().lstrip())
        yield make("sync removed", begin, statement_end(text, begin), ";")
    for match in SYSTEM_SYNC.finditer(text):
        end = closing(text, match.end() - 1) + 1
        yield make("sync removed", match.start(), end, "0")
    for match in LOCK.finditer(text):
        end = closing(text, match.end() - 1) + 1
        yield make("lock removed", match.start(), end, "0")
    for match in FLAG.finditer(text):
        yield make(f"{match.group(1)} removed", match.start(), match.end(), "")
    for match in CHECK.finditer(text):
        opening = match.end() - 1
        end = closing(text, opening)
        if REFUSAL.match(text, end + 1):
            condition = text[opening + 1:end]
            if ";" in condition:  # with an initialiser: that stays
                head, condition = condition.rsplit(";", 1)
                new = f"({head}; false && ({condition.strip()}))"
            else:
                new = f"(false && ({condition}))"
            yield make("check removed", opening, end + 1, new)
    for match in BOUND.finditer(text):
        swapped = {">": ">=", ">=": ">", "<": "<=", "<=": "<"}[match.group()]
        yield make(f"bound {match.group()} {swapped}", match.start(), match.end(), swapped)


def all_mutants(tree):
    for path in sorted((tree / "libloop/src").rglob("*.cpp")):
        file = str(path.relative_to(tree))
        for pattern, tests in GROUPS:
            if re.fullmatch(pattern, file):
                yield from mutants_of(file, path.read_text(),
                                      tuple(tuple(words) for words in tests))


def run(words, limit=None, cwd=None):
    try:
        return subprocess.run(words, cwd=cwd, timeout=limit, capture_output=True).returncode
    except subprocess.TimeoutExpired:
        return "hung"


class Tree:
    """A copy of the project with a build of its own."""

    def __init__(self, folder, jobs):
        self.folder, self.build, self.jobs = folder, folder / "build", jobs
        shutil.rmtree(folder / "tree", ignore_errors=True)
        folder.mkdir(parents=True, exist_ok=True)
        self.source = folder / "tree"
        self.source.mkdir()
        files = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True,
                               capture_output=True).stdout.decode().split("\0")
        for name in filter(None, files):
            if (ROOT / name).is_file():
                (self.source / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(ROOT / name, self.source / name)

    def configure(self):
        subprocess.run(["cmake", "-S", self.source, "-B", self.build, "-G", "Ninja",
                        "-DCMAKE_BUILD_TYPE=Debug", "-DCMAKE_CXX_FLAGS_DEBUG=-O0"], check=True,
                       stdout=subprocess.DEVNULL)

    def make(self, programs):
        return run(["cmake", "--build", self.build, f"-j{self.jobs}", "--target", *programs])

    def test(self, words):
        return run([self.build / "tests" / words[0], *words[1:], "--abort"], TEST_LIMIT_S,
                   self.build)

    def try_mutant(self, mutant):
        """Which test program noticed; None when none did."""
        path = self.source / mutant.file
        text = path.read_text()
        path.write_text(text[:mutant.begin] + mutant.text + text[mutant.end:])
        try:
            if self.make(sorted({words[0] for words in mutant.tests})) != 0:
                return "compiler"
            for words in mutant.tests:
                if self.test(words) != 0:
                    return " ".join(words)
            return None
        finally:
            path.write_text(text)


def main():
    options = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    options.add_argument("--list", action="store_true")
    options.add_argument("--build", type=pathlib.Path, default=ROOT / "build/mutation")
    options.add_argument("--jobs", type=int, default=2)
    options.add_argument("--only", default="", help="mutants whose name holds this")
    options.add_argument("--part", default="0/1", help="K/N: every N-th mutant from the K-th on")
    options.add_argument("--report", type=pathlib.Path)
    chosen = options.parse_args()
    part, parts = map(int, chosen.part.split("/"))
    mutants = [m for m in all_mutants(ROOT) if chosen.only in m.name()][part::parts]
    if chosen.list:
        print(*(m.name() for m in mutants), f"{len(mutants)} mutants", sep="\n")
        return 0

    tree = Tree(chosen.build.resolve(), chosen.jobs)
    tree.configure()
    programs = sorted({words[0] for m in mutants for words in m.tests})
    if tree.make(programs) != 0 or any(tree.test(list(w)) != 0 for w in
                                       sorted({w for m in mutants for w in m.tests})):
        print("the tree does not build, or its tests fail before any mutation")
        return 2
    survivors, lines = [], []
    for number, mutant in enumerate(mutants, 1):
        begun = time.monotonic()
        noticed = tree.try_mutant(mutant)
        if noticed is None:
            survivors.append(mutant)
        lines.append(f"{mutant.name()}\t{noticed or 'SURVIVED'}")
        print(f"{number}/{len(mutants)} {lines[-1]} ({time.monotonic() - begun:.0f} s)", flush=True)
    killed = len(mutants) - len(survivors)
    print(f"{killed} of {len(mutants)} mutants noticed")
    if chosen.report:
        chosen.report.write_text("\n".join(lines) + "\n")
    return 0 if 100 * killed >= 95 * len(mutants) else 1


if __name__ == "__main__":
    sys.exit(main())
