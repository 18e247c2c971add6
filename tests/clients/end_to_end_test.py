# Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
"""The three programs together: a workbook is made, uploaded with the command line client to the reference server, watched,
refused, cancelled, cut off by kill -9 and followed to its end. Usage: end_to_end_test.py CLIENT SERVER MAKE_WORKBOOK"""
import json
import os
import pty
import re
import select
import signal
import subprocess
import sys
import tempfile
import unittest

import programs

CLIENT, SERVER, MAKE_WORKBOOK = sys.argv.pop(1), sys.argv.pop(1), sys.argv.pop(1)
TIMEOUT = programs.TIMEOUT


class EndToEnd(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.scratch = tempfile.TemporaryDirectory()
        cls.folder = cls.scratch.name
        with open(cls.path("secret"), "w") as secret:
            secret.write("0123456789abcdef" * 4)
        cls.expected = json.loads(subprocess.check_output(
            [MAKE_WORKBOOK, cls.path("members.xlsx"), "--rows", "500", "--register-out", cls.path("register.csv")]))
        subprocess.check_call([MAKE_WORKBOOK, cls.path("large.xlsx"), "--rows", "60000"], stdout=subprocess.DEVNULL)
        cls.server = programs.Server(SERVER, cls.folder, ["bulk_upload"],
                                     ["--register-data-file", cls.path("register.csv")])

    @classmethod
    def tearDownClass(cls):
        cls.server.stop()
        cls.scratch.cleanup()

    @classmethod
    def path(cls, name):
        return os.path.join(cls.folder, name)

    def command(self, *arguments, user="ann"):
        return [CLIENT, *arguments, "--server", self.server.urls["bulk_upload"], "--user", user, "--secret-file", self.path("secret")]

    def run_client(self, *arguments, user="ann"):
        return subprocess.run(self.command(*arguments, user=user), capture_output=True, text=True, timeout=TIMEOUT)

    def upload(self, name="members.xlsx", **options):
        done = self.run_client("upload", self.path(name), "--json", **options)
        self.assertEqual(done.returncode, 0, done.stderr)
        return programs.lines(done.stdout)

    def follow_until(self, process, wanted):
        """Reads NDJSON until a line satisfies `wanted`; all lines so far."""
        seen = []
        for line in process.stdout:
            seen.append(json.loads(line))
            if wanted(seen[-1]):
                return seen
        self.fail(f"ended without it: {seen[-3:]}")

    def test_an_upload_runs_to_its_report(self):
        report = self.path("report.xlsx")
        done = self.run_client("upload", self.path("members.xlsx"), "--json", "--report", report)
        self.assertEqual(done.returncode, 0, done.stderr)
        lines = programs.lines(done.stdout)
        end = next(line for line in lines if line["type"] == "end")
        self.assertEqual(end["result"], "completed")
        stats = end["data"]["validation_stats"]
        for name, value in self.expected.items():
            self.assertEqual(stats[name], value, name)
        values = [line["data"]["progress"] for line in lines if line["type"] == "event"]
        self.assertEqual(values, sorted(values))
        self.assertEqual(values[-1], 100)
        with open(report, "rb") as workbook:
            self.assertEqual(workbook.read(4), b"PK\x03\x04")

    def test_lines_that_are_no_json_are_few(self):
        done = self.run_client("upload", self.path("members.xlsx"))
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertNotIn("\x1b", done.stdout)
        self.assertLess(done.stdout.count("\n"), 30)
        self.assertRegex(done.stdout, r"(?m)^Completed in .* \(job-\d+-\d+\)$")

    def test_a_job_that_has_ended_can_be_watched(self):
        job = next(line["job_id"] for line in self.upload() if line["type"] == "accepted")
        done = self.run_client("watch", job, "--json")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(programs.lines(done.stdout)[-1]["result"], "completed")

    def test_another_users_job_is_refused(self):
        job = next(line["job_id"] for line in self.upload() if line["type"] == "accepted")
        self.assertEqual(self.run_client("watch", job, user="bob").returncode, 4)

    def test_bad_tokens_are_refused_before_the_file_is_sent(self):
        done = subprocess.run([CLIENT, "upload", self.path("members.xlsx"), "--server", self.server.urls["bulk_upload"], "--token", "forged"],
                              capture_output=True, text=True, timeout=TIMEOUT)
        self.assertEqual(done.returncode, 4)
        self.assertEqual(done.stdout, "")
        self.assertIn("Invalid authentication token", done.stderr)

    def test_a_file_that_is_no_workbook_fails_its_job(self):
        with open(self.path("text.xlsx"), "w") as text:
            text.write("no workbook")
        done = self.run_client("upload", self.path("text.xlsx"))
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertIn("Failed at file_reading: ", done.stdout)

    def test_nobody_there_is_exit_3(self):
        done = subprocess.run([CLIENT, "watch", "job-1", "--server", "http://127.0.0.1:1", "--token", "t"],
                              capture_output=True, text=True, timeout=TIMEOUT)
        self.assertEqual(done.returncode, 3)
        self.assertEqual(done.stderr.count("\n"), 1)

    def test_ctrl_c_cancels_when_asked_to(self):
        with programs.running(self.command("upload", self.path("large.xlsx"), "--json", "--cancel-on-interrupt"),
                              stdout=subprocess.PIPE) as process:
            self.follow_until(process, lambda line: line["type"] == "event")
            process.send_signal(signal.SIGINT)
            end = self.follow_until(process, lambda line: line["type"] == "end")[-1]
        self.assertEqual(process.returncode, 130)
        self.assertEqual(end["data"]["error"], "Cancelled by user")

    def test_ctrl_c_leaves_the_job_alone_otherwise(self):
        with programs.running(self.command("upload", self.path("large.xlsx"), "--json"),
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            self.follow_until(process, lambda line: line["type"] == "event")
            process.send_signal(signal.SIGINT)
            job = re.search(r"uploadproto watch (\S+)", process.communicate(timeout=TIMEOUT)[1])[1]
        self.assertEqual(process.returncode, 130)
        self.assertEqual(self.run_client("watch", job).returncode, 0)

    def test_a_server_that_is_killed_and_comes_back_finishes_the_job(self):
        with programs.running(self.command("upload", self.path("large.xlsx"), "--json"),
                              stdout=subprocess.PIPE) as process:
            self.follow_until(process, lambda line: line["type"] == "event" and line["data"]["progress"] > 10)
            self.server.stop(signal.SIGKILL)
            self.follow_until(process, lambda line: line["type"] == "notice")
            self.server.start()
            end = self.follow_until(process, lambda line: line["type"] == "end")[-1]
        self.assertEqual(process.returncode, 0)
        self.assertEqual(end["result"], "completed")

    def test_several_files_are_uploaded_at_once(self):
        names = ["members.xlsx", "second.xlsx", "third.xlsx"]
        for name in names[1:]:
            subprocess.check_call([MAKE_WORKBOOK, self.path(name), "--rows", "200"], stdout=subprocess.DEVNULL)
        files = [self.path(name) for name in names]
        reports = self.path("reports")
        done = self.run_client("upload", *files, "--json", "--parallel", "2", "--report", reports)
        self.assertEqual(done.returncode, 0, done.stderr)
        lines = programs.lines(done.stdout)
        self.assertEqual(lines[-1], {"type": "total", "files": 3, "completed": 3, "failed": 0, "exit_code": 0})
        self.assertEqual(sorted(line["file"] for line in lines if line["type"] == "end"), names)
        self.assertEqual(sorted(os.listdir(reports)), ["members-report.xlsx", "second-report.xlsx", "third-report.xlsx"])
        at_a_time, most = 0, 0
        for line in lines:
            at_a_time += (line["type"] == "upload" and line["sent"] == 0) - (line["type"] == "end")
            most = max(most, at_a_time)
        self.assertEqual(most, 2)

    def test_one_of_several_files_that_fails_does_not_stop_the_others(self):
        with open(self.path("text.xlsx"), "w") as text:
            text.write("no workbook")
        done = self.run_client("upload", self.path("text.xlsx"), self.path("members.xlsx"))
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertRegex(done.stdout, r"(?m)^text.xlsx: Failed at file_reading: ")
        self.assertRegex(done.stdout, r"(?m)^members.xlsx: Completed in ")
        self.assertRegex(done.stdout, r"2 files in .*: 1 completed, 1 not\n$")

    def test_ctrl_c_leaves_several_jobs_alone_and_begins_no_more(self):
        large = self.path("large.xlsx")
        with programs.running(self.command("upload", large, large, large, "--json", "--parallel", "2"),
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            self.follow_until(process, lambda line: line["type"] == "event")
            self.follow_until(process, lambda line: line["type"] == "event")
            process.send_signal(signal.SIGINT)
            said = process.communicate(timeout=TIMEOUT)[1]
        self.assertEqual(process.returncode, 130)
        self.assertIn("interrupted before it was sent", said)
        for job in re.findall(r"uploadproto watch (\S+)", said):
            self.assertEqual(self.run_client("watch", job).returncode, 0)

    def test_a_terminal_gets_bars(self):
        pid, terminal = pty.fork()
        if pid == 0:
            environment = {**os.environ, "TERM": "xterm", "LC_ALL": "C.UTF-8"}
            command = self.command("upload", self.path("members.xlsx"))
            os.execve(command[0], command, environment)
        shown = b""
        while select.select([terminal], [], [], TIMEOUT)[0]:
            try:
                piece = os.read(terminal, 65536)
            except OSError:  # how a terminal says that its last user has gone
                break
            if not piece:
                break
            shown += piece
        self.assertEqual(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), 0)
        os.close(terminal)
        text = shown.decode()
        self.assertIn("\x1b[?25l", text)
        self.assertIn("report_generation", text)
        self.assertIn("Completed in ", text[text.rindex("\x1b[?25h"):])


if __name__ == "__main__":
    unittest.main()
