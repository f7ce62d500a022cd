#!/usr/bin/env python3
"""Times `treatise validate` against other programs that check the same records.

Usage: run.py [--treatise PATH] [--sets files:100000 ndjson:1000000] [--peers NAME …]

Peers are installed, and datasets generated, in a folder outside the repository; nothing else on
the machine is changed. Programs run in pairs, treatise and peer by turns, so that a machine that
slows down slows both. `docs/benchmarks.md` says what each peer checks and what it doesn't.
"""

import argparse
import json
import os
import shlex
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).resolve().parent
REPOSITORY = HERE.parents[2]

# Pinned, so that figures of two days can be compared; raise them together with the table in
# docs/benchmarks.md.
JSONSCHEMA_RS = "0.60.2"
SOURCEMETA = "16.11.0"
AJV = "8.20.0"
AJV_FORMATS = "3.0.1"
CHECK_JSONSCHEMA = "0.39.0"
DUCKDB = "2.0.0"

# So few files that their names fit into one list of arguments on every system.
FILES_PER_COMMAND = 10_000


# Linux counts as a program's peak what its process held before it became that program, which is
# this script's memory; a process started by GNU time was small before. It is not on every machine.
GNU_TIME = ["/usr/bin/time"] if sys.platform == "linux" and Path("/usr/bin/time").exists() else []


class Set:
    """A generated dataset, and the same records cut into lanes that can run side by side."""

    def __init__(self, scratch, layout, records, lanes, fault_share, generate):
        kind = f"{layout}-{records}" + (f"-faulty-{fault_share}" if fault_share else "")
        self.name = kind
        self.layout = layout
        self.records = records
        self.root = scratch / "sets" / kind
        manifest = self.root / "data/dataset.json"
        # The manifest is written last, so a set without one was broken off.
        if not manifest.exists() or manifest.stat().st_mtime < generate.stat().st_mtime:
            for left in (self.root, self.lane_folder()):
                shutil.rmtree(left, ignore_errors=True)
            run([generate, "--out", self.root, "--records", records, "--layout", layout,
                 "--fault-share", fault_share])
        collections = json.loads(manifest.read_text("utf-8"))["collections"]
        self.collections = [one["name"] for one in collections]
        self.lanes = [self.cut(lanes, lane) for lane in range(lanes)]
        self.whole = self.cut(1, 0)

    def lane_folder(self):
        return self.root.parent / f"{self.name}-lanes"

    def cut(self, lanes, lane):
        """A folder with every `lanes`th record, from number `lane` on."""
        folder = self.lane_folder() / f"{lane + 1}-of-{lanes}"
        if folder.exists():
            return folder
        partial = folder.with_name(folder.name + ".partial")
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir(parents=True)
        for collection in self.collections:
            if self.layout == "files":
                (partial / collection).mkdir()
                names = sorted(os.listdir(self.root / "data" / collection))[lane::lanes]
                for name in names:
                    os.link(self.root / "data" / collection / name, partial / collection / name)
                lists = partial.with_name(folder.name + ".lists")
                lists.mkdir(exist_ok=True)
                paths = "".join(f"{folder / collection / name}\n" for name in names)
                (lists / collection).write_text(paths, "utf-8")
            else:
                lines = self.root / "data" / f"{collection}.ndjson"
                target = partial / f"{collection}.jsonl"
                if lanes == 1:
                    os.link(lines, target)
                    continue
                with lines.open("rb") as source, target.open("wb") as out:
                    for number, line in enumerate(source):
                        if number % lanes == lane:
                            out.write(line)
        partial.rename(folder)
        return folder

    def schema(self, collection):
        return self.root / "schemas" / f"{collection}.schema.json"

    def place(self, lane, collection):
        """The folder or file of a collection within a lane."""
        return lane / collection if self.layout == "files" else lane / f"{collection}.jsonl"

    def list(self, lane, collection):
        """A file with the path of every record of a collection within a lane."""
        return lane.with_name(lane.name + ".lists") / collection


def run(command, **options):
    """Runs a command of preparation and shows it."""
    command = [str(part) for part in command]
    print("$", shlex.join(command), file=sys.stderr)
    subprocess.run(command, check=True, **options)


def one_after_another(commands):
    """A shell command that runs all commands and fails if one fails."""
    return ["sh", "-c", "; ".join(["r=0", *(f"{one} || r=1" for one in commands), "exit $r"])]


def in_batches(path, command):
    """A shell command that gives the paths in a file to a command, many at a time."""
    words = shlex.join(str(word) for word in command)
    return f"xargs -d '\\n' -n {FILES_PER_COMMAND} -a {shlex.quote(str(path))} {words}"


class Peer:
    """A program to compare with: how to get it, and which commands check a set."""

    name = ""
    layouts = ("files", "ndjson")
    # Some only read, so they find no fault.
    finds_faults = True

    def __init__(self, options):
        self.scratch = options.scratch
        self.options = options

    def install(self):
        """Gets the program, unless it is there."""

    def prepare(self, data):
        """What may be done before the clock starts, such as compiling schemas."""

    def commands(self, data):
        """Commands that run side by side."""
        raise NotImplementedError


class Treatise(Peer):
    name = "treatise"

    def commands(self, data):
        return [[self.options.treatise, "validate", "--root", data.root, "--quiet"]]


class Floor(Peer):
    """Walks and reads, on two threads."""

    name = "floor"
    finds_faults = False

    def commands(self, data):
        return [[self.options.floor, data.root / "data", "--threads", self.options.lanes]]


class Wc(Peer):
    """Reads each file from start to end and counts line breaks."""

    name = "wc"
    layouts = ("ndjson",)
    finds_faults = False

    def commands(self, data):
        return [["wc", "-l", *sorted((data.root / "data").glob("*.ndjson"))]]


class JsonschemaRs(Peer):
    """The program of the crate `jsonschema`, a process for each lane."""

    name = "jsonschema-rs"
    layouts = ("files",)

    def install(self):
        root = self.scratch / f"jsonschema-cli-{JSONSCHEMA_RS}"
        self.program = root / "bin/jsonschema-cli"
        if not self.program.exists():
            run(["cargo", "install", "jsonschema-cli", "--version", f"={JSONSCHEMA_RS}",
                 "--locked", "--root", root, "--target-dir", root / "target"])

    def lane(self, data, lane):
        return one_after_another(self.command(data, lane, one) for one in data.collections)

    def command(self, data, lane, collection):
        words = [self.program, "validate", data.schema(collection), "--assert-format",
                 "--errors-only", "--instance"]
        return in_batches(data.list(lane, collection), words)

    def commands(self, data):
        return [self.lane(data, lane) for lane in data.lanes]


class JsonschemaRsSingle(JsonschemaRs):
    """The same as one process."""

    name = "jsonschema-rs-single"

    def commands(self, data):
        return [self.lane(data, data.whole)]


class Npm(Peer):
    """What comes from npm, in one folder."""

    def install(self):
        self.npm = self.scratch / "npm"
        wanted = {"@sourcemeta/jsonschema": SOURCEMETA, "ajv": AJV, "ajv-formats": AJV_FORMATS}
        modules = self.npm / "node_modules"
        for name, version in wanted.items():
            manifest = modules / name / "package.json"
            if not manifest.exists() or json.loads(manifest.read_text())["version"] != version:
                self.npm.mkdir(exist_ok=True)
                packages = [f"{name}@{version}" for name, version in wanted.items()]
                run(["npm", "install", "--prefix", self.npm, "--no-audit", "--no-fund",
                     "--ignore-scripts", *packages])
                return


class Sourcemeta(Npm):
    """Compiled C++; exhaustive, as its errors are only then complete."""

    name = "sourcemeta"
    mode = ()

    def commands(self, data):
        system = f"{os.uname().sysname.lower()}-{os.uname().machine}".replace("aarch64", "arm64")
        programs = self.npm / "node_modules/@sourcemeta/jsonschema/build/github-releases"
        program = programs / f"jsonschema-{system}"
        def command(lane, collection):
            words = [program, "validate", data.schema(collection), data.place(lane, collection),
                     "--format-assertion", *self.mode]
            return shlex.join(str(word) for word in words)
        return [one_after_another(command(lane, one) for one in data.collections)
                for lane in data.lanes]


class SourcemetaFast(Sourcemeta):
    """The same with `--fast`, which gives poorer messages."""

    name = "sourcemeta-fast"
    mode = ("--fast",)


class Ajv(Npm):
    """Schemas compiled to JavaScript beforehand, a process for each lane."""

    name = "ajv"

    def prepare(self, data):
        self.modules = data.root.parent / f"{data.name}-ajv"
        environment = {**os.environ, "NODE_PATH": str(self.npm / "node_modules")}
        run(["node", HERE / "ajv-compile.cjs", data.root / "schemas", self.modules],
            env=environment)

    def commands(self, data):
        environment = f"NODE_PATH={self.npm / 'node_modules'}"
        return [["env", environment, "node", HERE / "ajv-check.cjs", self.modules, lane]
                for lane in data.lanes]


class Pip(Peer):
    """What comes from PyPI, in one virtual environment."""

    def install(self):
        self.programs = self.scratch / "venv/bin"
        if not self.programs.exists():
            run([sys.executable, "-m", "venv", self.scratch / "venv"])
        run([self.programs / "pip", "install", "--quiet", "--disable-pip-version-check",
             f"check-jsonschema=={CHECK_JSONSCHEMA}", f"duckdb=={DUCKDB}"])


class CheckJsonschema(Pip):
    """The command for files and pre-commit hooks, a process for each lane."""

    name = "check-jsonschema"
    layouts = ("files",)

    def commands(self, data):
        def command(lane, collection):
            words = [self.programs / "check-jsonschema", "--schemafile", data.schema(collection)]
            return in_batches(data.list(lane, collection), words)
        return [one_after_another(command(lane, one) for one in data.collections)
                for lane in data.lanes]


class DuckDb(Pip):
    """Queries in place of schemas, on as many threads as there are lanes.

    Only lines: with a folder of 70,000 files it takes minutes and gigabytes, and nobody would
    load files so.
    """

    name = "duckdb"
    layouts = ("ndjson",)

    def commands(self, data):
        return [[self.programs / "python", HERE / "duckdb-check.py", data.root,
                 self.options.lanes]]


PEERS = [Floor, Wc, JsonschemaRs, JsonschemaRsSingle, Sourcemeta, SourcemetaFast, Ajv, DuckDb,
         CheckJsonschema]


class Run(NamedTuple):
    """What a measured run took: memory in MiB, the worst status, and what was said on stderr."""

    seconds: float
    processor_seconds: float
    mebibytes: float
    status: int
    errors: str


def measure(commands):
    """Runs commands side by side and waits for the last one.

    The memory is the sum over the lanes of the largest process in each, which is an upper bound.
    """
    with tempfile.TemporaryDirectory() as folder:
        peaks = [Path(folder) / f"peak-{lane}" for lane in range(len(commands))]
        out = Path(folder) / "errors"
        started = [[*GNU_TIME, "--format=%M", "--quiet", f"--output={peak}", *command]
                   if GNU_TIME else command
                   for peak, command in zip(peaks, commands)]
        with out.open("wb") as errors:
            start = time.perf_counter()
            running = [subprocess.Popen([str(word) for word in one],
                                        stdout=subprocess.DEVNULL, stderr=errors)
                       for one in started]
            memory = status = processor = 0
            for process in running:
                _, code, usage = os.wait4(process.pid, 0)
                process.returncode = os.waitstatus_to_exitcode(code)
                memory += usage.ru_maxrss
                processor += usage.ru_utime + usage.ru_stime
                status = max(status, abs(process.returncode))
            seconds = time.perf_counter() - start
        if GNU_TIME:
            memory = sum(int(peak.read_text().split()[-1]) for peak in peaks)
        # Kibibytes on Linux, bytes on macOS.
        memory /= 1024 * 1024 if sys.platform == "darwin" else 1024
        return Run(seconds, processor, memory, status, out.read_text("utf-8", "replace"))


def expect(sound, peer, data, outcome):
    """A program that doesn't see what is there is not worth timing."""
    if sound and outcome.status != 0:
        raise SystemExit(f"{peer.name} finds faults in {data.name}, where there are none:\n"
                         f"{outcome.errors[-2000:]}")
    if not sound and outcome.status == 0:
        raise SystemExit(f"{peer.name} finds nothing in {data.name}, which is faulty")
    return outcome


def compare(peer, treatise, data, options):
    """Runs treatise and the peer by turns and returns a row of the table."""
    own, other = [], []
    start = time.perf_counter()
    while len(other) < options.rounds:
        if treatise:
            own.append(expect(True, treatise, data, measure(treatise.commands(data))))
        other.append(expect(True, peer, data, measure(peer.commands(data))))
        if time.perf_counter() - start > options.budget:
            break
    row = {"set": data.name, "peer": peer.name, "rounds": len(other), **figures(other)}
    if treatise:
        ratios = [two.seconds / one.seconds for one, two in zip(own, other)]
        row |= {"treatise": figures(own), "ratio": statistics.median(ratios), "ratios": ratios}
    return row


def figures(runs):
    return {
        "seconds": statistics.median(one.seconds for one in runs),
        "processor_seconds": statistics.median(one.processor_seconds for one in runs),
        "mebibytes": max(one.mebibytes for one in runs),
    }


def shown(row):
    def short(one):
        return (f"{one['seconds']:8.2f} s {one['processor_seconds']:8.2f} s of processors"
                f" {one['mebibytes']:6.0f} MiB")
    text = f"{row['set']:<16} {row['peer']:<20} n={row['rounds']} {short(row)}"
    if "ratio" in row:
        ratios = " ".join(f"{ratio:.2f}" for ratio in row["ratios"])
        text += f" | treatise {short(row['treatise'])} | ratio {row['ratio']:.2f} ({ratios})"
    return text


def warn_of_other_work():
    """Other programs slow treatise and peers by different amounts, so the ratio suffers too."""
    load = os.getloadavg()[0]
    if load > 0.5:
        print(f"warning: the machine is busy (load {load:.1f}); trust the processor time, and"
              " repeat the run when it is idle", file=sys.stderr)


def arguments():
    parser = argparse.ArgumentParser(
        description="Time `treatise validate` against other programs that check the same records.")
    names = [peer.name for peer in PEERS]
    built = Path(os.environ.get("CARGO_TARGET_DIR", REPOSITORY / "target")) / "release"
    parser.add_argument("--treatise", type=Path, metavar="PATH",
                        help="program to compare; without it the peers run alone")
    parser.add_argument("--generate", type=Path, metavar="PATH", default=built / "treatise-generate",
                        help="generator (default: the release build)")
    parser.add_argument("--floor", type=Path, metavar="PATH", default=built / "treatise-floor",
                        help="program that only reads (default: the release build)")
    parser.add_argument("--peers", nargs="+", choices=names, default=names, metavar="NAME",
                        help=f"which peers (default: all of {', '.join(names)})")
    parser.add_argument("--sets", nargs="+", metavar="LAYOUT:RECORDS",
                        default=["files:100000", "ndjson:1000000"],
                        help="which datasets (default: files:100000 ndjson:1000000)")
    parser.add_argument("--rounds", type=int, default=5, help="pairs of runs (default: 5)")
    parser.add_argument("--budget", type=float, default=300, metavar="SECONDS",
                        help="start no further pair after this time (default: 300)")
    parser.add_argument("--lanes", type=int, default=2,
                        help="processes side by side for programs with one thread (default: 2)")
    parser.add_argument("--scratch", type=Path, metavar="DIR",
                        default=Path(tempfile.gettempdir()) / "treatise-peers",
                        help="folder for peers and datasets (default: %(default)s)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures here too")
    parser.add_argument("--install-only", action="store_true", help="get the peers and stop")
    return parser.parse_args()


def main():
    options = arguments()
    options.scratch = options.scratch.resolve()
    if REPOSITORY in (options.scratch, *options.scratch.parents):
        raise SystemExit("the scratch folder must lie outside the repository")
    options.scratch.mkdir(parents=True, exist_ok=True)
    for program in ("treatise", "generate", "floor"):
        if path := getattr(options, program):
            setattr(options, program, path.resolve())
    if not options.generate.exists() or not options.floor.exists():
        raise SystemExit("build the programs first: cargo build --release -p treatise-benchmark")
    peers = [peer(options) for peer in PEERS if peer.name in options.peers]
    for peer in peers:
        peer.install()
    if options.install_only:
        return
    treatise = Treatise(options) if options.treatise else None

    warn_of_other_work()
    rows = []
    for wanted in options.sets:
        layout, _, records = wanted.partition(":")
        if layout not in ("files", "ndjson") or not records.isdigit():
            raise SystemExit(f"`{wanted}` is no layout and number, such as `files:100000`")
        fitting = [peer for peer in peers if layout in peer.layouts]
        faulty = Set(options.scratch, layout, 1000, options.lanes, 0.05, options.generate)
        for peer in [treatise, *fitting] if treatise else fitting:
            peer.prepare(faulty)
            if peer.finds_faults:
                expect(False, peer, faulty, measure(peer.commands(faulty)))
        data = Set(options.scratch, layout, int(records), options.lanes, 0, options.generate)
        # The first reader pays for the disk; all others find the files in memory.
        measure([[options.floor, data.root / "data"]])
        for peer in fitting:
            peer.prepare(data)
            rows.append(compare(peer, treatise, data, options))
            print(shown(rows[-1]), flush=True)
    if options.json:
        options.json.write_text(json.dumps(rows, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    main()
