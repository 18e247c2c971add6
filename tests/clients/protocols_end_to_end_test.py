# Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
"""The command line client beside the reference server, over the protocols that are not bulk_upload. A protocol that the
server does not have is left out, by name. Usage: protocols_end_to_end_test.py CLIENT SERVER"""
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

CLIENT, SERVER = sys.argv.pop(1), sys.argv.pop(1)


class ProtocolTest(unittest.TestCase):
    """A server with the sites of one protocol, and files for it."""
    protocol, sites, rest_site = "", [], None

    @classmethod
    def setUpClass(cls):
        if not cls.sites:
            raise unittest.SkipTest("no protocol")
        cls.scratch = tempfile.TemporaryDirectory()
        cls.folder = cls.scratch.name
        cls.addClassCleanup(cls.scratch.cleanup)
        cls.put("secret", "0123456789abcdef" * 4)
        cls.server = programs.Server(SERVER, cls.folder, cls.sites)
        cls.addClassCleanup(cls.server.stop)

    @classmethod
    def put(cls, name, text):
        path = os.path.join(cls.folder, name)
        with open(path, "w") as file:
            file.write(text)
        return path

    def command(self, *arguments, user=None):
        servers = ["--server", self.server.urls[self.protocol]]
        if self.rest_site:
            servers += ["--upload-server", self.server.urls[self.rest_site]]
        who = ["--user", user, "--secret-file", os.path.join(self.folder, "secret")] if user else []
        return [CLIENT, *arguments, "--protocol", self.protocol, *servers, *who]

    def run_client(self, *arguments, user=None, stdin=None):
        return subprocess.run(self.command(*arguments, user=user), capture_output=True, text=True, input=stdin,
                              timeout=programs.TIMEOUT)

    def objects(self, *arguments, code=0, **options):
        """What --json says; the exit code is as expected."""
        done = self.run_client(*arguments, "--json", **options)
        self.assertEqual(done.returncode, code, done.stderr + done.stdout[-2000:])
        return programs.lines(done.stdout)

    @staticmethod
    def of_type(objects, kind):
        return [o for o in objects if o["type"] == kind]

    def job_of(self, objects):
        return self.of_type(objects, "accepted")[0]["job_id"]


def people(rows, wrong=()):
    lines = ["First Name,Last Name,Email,Phone,Birth Date,Is Active"]
    for i in range(rows):
        email = "nobody" if i in wrong else f"p{i}-{rows}@example.org"
        lines.append(f"Thandi,Nkosi,{email},,1990-05-17,true")
    return "\n".join(lines) + "\n"


class FileUpload(ProtocolTest):
    protocol, sites = "file_upload", ["file_upload"]

    def test_a_file_is_loaded_through_its_template(self):
        objects = self.objects("upload", self.put("people.csv", people(300)), "--template", "users")
        end = objects[-1]
        self.assertEqual((end["result"], end["data"]["result"]["processed"]), ("completed", 300))
        events = [o["data"] for o in self.of_type(objects, "event")]
        self.assertEqual({e["jobId"] for e in events}, {self.job_of(objects)})
        self.assertEqual(events[0]["status"], "started")  # nothing was missed: it was joined before it was sent
        self.assertEqual(events[-1]["progress"], 100)

    def test_rows_that_were_not_taken_are_named(self):
        done = self.run_client("upload", self.put("bad.csv", people(30, wrong={3, 4})), "--template", "users")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertRegex(done.stdout, r"(?m)^  - Row 5: Field 'Email' ")

    def test_a_job_that_has_ended_can_be_watched(self):
        job = self.job_of(self.objects("upload", self.put("w.csv", people(3)), "--template", "users"))
        self.assertEqual(self.objects("watch", job)[-1]["result"], "completed")

    def test_what_cannot_be_is_told(self):
        file = self.put("f.csv", people(1))
        done = self.run_client("upload", file, "--template", "nosuch")
        self.assertEqual(done.returncode, 4)
        self.assertIn("the server refuses the file: ", done.stderr)
        self.assertEqual(self.run_client("upload", file).returncode, 2)
        failed = self.run_client("upload", self.put("empty.csv", "First Name,Last Name,Email\n"), "--template", "users")
        self.assertEqual(failed.returncode, 1, failed.stderr)
        self.assertIn("Failed", failed.stdout)
        self.assertEqual(self.run_client("watch", "no-such-job").returncode, 4)


def transactions(rows):
    return "Date,Description,Amount\n" + "".join(
        f"2025-03-{i % 28 + 1:02},Grocery store {i},-{i % 90 + 1}.50\n" for i in range(rows))


class UploadProgress(ProtocolTest):
    protocol, sites = "upload_progress", ["upload_progress"]

    def test_every_stage_of_a_batch_is_seen(self):
        objects = self.objects("upload", self.put("march.csv", transactions(500)), user="ann")
        events = [o["data"] for o in self.of_type(objects, "event")]
        seen = [e["stage"] for e in events]
        self.assertEqual(list(dict.fromkeys(seen)), ["validation", "scanning", "parsing", "database", "categorization"])
        self.assertEqual(objects[-1]["data"]["status"], "completed")
        self.assertEqual({e["batch_id"] for e in events}, {self.job_of(objects)})

    def test_a_batch_that_has_ended_can_be_watched_by_its_owner_alone(self):
        job = self.job_of(self.objects("upload", self.put("w.csv", transactions(5)), user="ann"))
        self.assertEqual(self.objects("watch", job, user="ann")[-1]["result"], "completed")
        self.assertEqual(self.run_client("watch", job, user="bob").returncode, 4)

    def test_a_refused_file_is_told_in_the_servers_words(self):
        done = self.run_client("upload", self.put("page.pdf", "no CSV"), user="ann")
        self.assertEqual(done.returncode, 4)
        self.assertRegex(done.stderr, r"^uploadproto: the server refuses the file: (?!HTTP)")

    def test_a_forged_token_gets_no_ticket(self):
        done = self.run_client("upload", self.put("t.csv", transactions(1)), "--token", "forged")
        self.assertEqual(done.returncode, 4)
        self.assertIn("the server gives no ticket for the connection: ", done.stderr)

    def test_seven_files_share_the_connections_that_a_user_may_have(self):
        files = [self.put(f"m{i}.csv", transactions(50 + i)) for i in range(7)]
        objects = self.objects("upload", *files, "--parallel", "9", user="ann")
        self.assertEqual(objects[-1]["completed"], 7)
        self.assertEqual(len(self.of_type(objects, "end")), 7)

    def test_ctrl_c_cancels_when_asked_to(self):
        file = self.put("large.csv", transactions(90_000))
        command = self.command("upload", file, "--json", "--cancel-on-interrupt", user="ann")
        with programs.running(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            for line in process.stdout:
                if json.loads(line)["type"] == "event":
                    break
            process.send_signal(signal.SIGINT)
            out, said = process.communicate(timeout=programs.TIMEOUT)
        self.assertEqual(process.returncode, 130, said)
        self.assertEqual(programs.lines(out)[-1]["result"], "cancelled")


def orders(rows, wrong=()):
    return "orderNumber,productName,quantity,price\n" + "".join(
        f"A-{i},Lamp,{0 if i in wrong else 1},9.50\n" for i in range(rows))


ORDER = {"orderNumber": "A-1", "productName": "Lamp", "quantity": 1, "price": 9.5}


class ConsumerEvents(ProtocolTest):
    protocol, sites, rest_site = "consumer_events", ["consumer_events", "producers"], "producers"

    def test_an_upload_is_counted_by_its_batches(self):
        objects = self.objects("upload", self.put("orders.csv", orders(450)))
        end = objects[-1]
        self.assertEqual((end["result"], end["data"]["total"], end["data"]["finished"]), ("completed", 5, 5))
        finished = [o["data"]["finished"] for o in self.of_type(objects, "progress")]
        self.assertEqual(finished, sorted(finished))

    def test_a_batch_that_fails_is_counted_and_explained(self):
        file = self.put("bad.csv", orders(250, wrong={120}))
        objects = self.objects("upload", file, code=1)
        self.assertEqual((objects[-1]["data"]["failed"], objects[-1]["data"]["finished"]), (1, 3))
        done = self.run_client("watch", self.job_of(objects))
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertRegex(done.stdout, r"(?m)^Failed: 1 of 3 batches failed")
        self.assertRegex(done.stdout, r"(?m)^  - batch 2 \(.*\): .*quantity")

    def test_messages_are_sent_and_followed(self):
        objects = self.objects("send", json.dumps(ORDER))
        self.assertEqual(objects[-1]["result"], "completed")
        names = [o["event"] for o in self.of_type(objects, "event")]
        self.assertEqual(names, ["message-received", "processing-started", "processing-completed"])

    def test_lines_of_the_standard_input_are_messages(self):
        lines = "".join(json.dumps({**ORDER, "orderNumber": n}) + "\n" for n in range(20))
        done = self.run_client("send", "-", stdin=lines)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertRegex(done.stdout, r"(?m)^  counts +messages 20, failed 0$")

    def test_a_message_that_is_refused_says_why(self):
        done = self.run_client("send", '{"orderNumber":"A-1"}')
        self.assertEqual(done.returncode, 4)
        self.assertIn("productName", done.stderr)
        self.assertEqual(self.run_client("send", "no JSON").returncode, 2)

    def test_messages_need_not_be_waited_for(self):
        self.assertEqual([o["type"] for o in self.objects("send", json.dumps(ORDER), "--no-wait")], ["accepted"])

    def test_everything_can_be_watched_until_ctrl_c(self):
        with programs.running(self.command("watch"), stdout=subprocess.PIPE) as watching:
            self.assertIn("connection-success", watching.stdout.readline())
            job = self.job_of(self.objects("send", json.dumps(ORDER)))
            for line in watching.stdout:
                if line.startswith(f"processing-completed  {job}"):
                    break
            watching.send_signal(signal.SIGINT)
            self.assertEqual(watching.wait(programs.TIMEOUT), 130)

    def test_several_files_have_a_bar_each_on_a_terminal(self):
        files = [self.put(f"t{i}.csv", orders(150)) for i in range(3)]
        pid, terminal = pty.fork()
        if pid == 0:
            command = self.command("upload", *files)
            os.execve(command[0], command, {**os.environ, "TERM": "xterm", "LC_ALL": "C.UTF-8"})
        shown = b""
        while select.select([terminal], [], [], programs.TIMEOUT)[0]:
            try:
                piece = os.read(terminal, 65536)
            except OSError:  # how a terminal says that its last user has gone
                break
            if not piece:
                break
            shown += piece
        self.assertEqual(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), 0)
        os.close(terminal)
        end = shown.decode()
        end = end[end.rindex("\x1b[?25h"):]
        self.assertEqual(len(re.findall(r"t\d.csv: Completed in ", end)), 3)
        self.assertRegex(end, r"3 files in .*: 3 completed")


if __name__ == "__main__":
    unittest.main()
