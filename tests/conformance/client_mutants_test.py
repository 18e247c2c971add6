# Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
"""The client half of the conformance suite under test: a client that is right passes every case, and each way of
breaking it is seen by the cases meant for it. Prints the score.

    client_mutants_test.py CONFORMANCE [MUTANT…]"""
import concurrent.futures
import json
import os
import subprocess
import sys
import tempfile

from client_mutants import MUTANTS

HERE = os.path.dirname(os.path.abspath(__file__))
PREFIXES = {"bu": "bulk_upload", "fu": "file_upload", "up": "upload_progress", "ce": "consumer_events"}
AT_A_TIME = 12
PING_INTERVAL = "0.5"
TIMEOUT = 280


def judge(conformance, prefix, mutant=None, case="*", jobs=1, patience="20"):
    """The results of a run by case."""
    places = ("protocol", "url", "rest-url", "ticket-url", "job", "token")
    command = f"exec {sys.executable} -B {HERE}/mutant_client.py --ping-interval {PING_INTERVAL}"
    for option in places:
        place = "job_id" if option == "job" else option.replace("-", "_")
        command += f' --{option} "{{{place}}}"'
    if mutant:
        command += f" --mutant {mutant}"
    with tempfile.NamedTemporaryFile(suffix=".json") as report:
        run = subprocess.run(
            [conformance, "client", "--protocol", PREFIXES[prefix], "--command", command, "--case", case, "--jobs",
             str(jobs), "--patience", patience, "--ping-interval", PING_INTERVAL, "--json", report.name],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=TIMEOUT,
            check=False)
        text = report.read()
    if not text:
        raise RuntimeError(f"no report: {run.stdout}")
    return {result["case"]: result for result in json.loads(text)["results"]}, run.stdout


def unbroken(conformance, prefix):
    """What is wrong with the verdicts about the client that is right."""
    results, told = judge(conformance, prefix, jobs=8)
    wrong = [f"{case}: {r['verdict']} {r.get('reason', '')}" for case, r in results.items()
             if r["verdict"] not in ("pass", "skip")]
    skipped = sum(r["verdict"] == "skip" for r in results.values())
    print(f"{PREFIXES[prefix]}: {len(results) - len(wrong) - skipped} of {len(results)} cases passed, "
          f"{skipped} skipped", flush=True)
    return wrong + ([told] if wrong else [])


def killed(conformance, mutant, case):
    results, told = judge(conformance, case.split("/")[0], mutant, case, patience="8")
    verdict = results[case]["verdict"] if case in results else "no such case"
    return None if verdict in ("fail", "warn") else f"{mutant} survives {case}: {verdict}\n{told}"


def main():
    conformance, *chosen = sys.argv[1:]
    pairs = [(mutant, case) for mutant, cases in MUTANTS.items() for case in cases if not chosen or mutant in chosen]
    if not pairs:
        sys.exit(f"no such mutants: {chosen}")
    wrong = [] if chosen else [line for prefix in PREFIXES for line in unbroken(conformance, prefix)]
    with concurrent.futures.ThreadPoolExecutor(AT_A_TIME) as pool:
        survivors = [s for s in pool.map(lambda pair: killed(conformance, *pair), pairs) if s]
    for line in wrong + survivors:
        print(line)
    print(f"{len(pairs) - len(survivors)} of {len(pairs)} killed: {len({m for m, _ in pairs})} mutant clients, each by "
          "the cases meant for it")
    return 1 if wrong or survivors else 0


if __name__ == "__main__":
    sys.exit(main())
