"""The link by which a call reaches us: loopback or respx."""

from __future__ import annotations

from participant_conformance.requirements import catalogue
from tests.plugin.project import ONE_LINE, Project, of_area

#: Offers ``call`` alone, so that every check goes over the link.
CALLS = """
class Adapter:
    implementation = Reference.implementation

    def __init__(self):
        self._reference = Reference()

    def call(self, endpoint, request, **options):
        return self._reference.call(endpoint, request, **options)
"""


def test_both_links_give_the_same_verdicts(project: Project) -> None:
    """The reference through respx and through loopback: equal, but for the checks that need real bytes."""
    spec = f"--participant-adapter={project.adapter(CALLS)}"
    some = (spec, "--participant-only=error.modeled", "--participant-only=decode.text-is-exact")
    loopback = project.run(*some, only="request")
    respx = project.run(*some, "--participant-link=respx", only="request")
    assert len(loopback.kinds) == len(of_area("request")) + 2
    assert set(loopback.kinds.values()) == {"passed", "noted"}
    unseen = [name for name in of_area("request") if catalogue()[name].raw_bytes]
    assert respx.kinds == {**loopback.kinds, **dict.fromkeys(unseen, "not offered")}
    reason = respx.verdicts["request.header-injection"]["reason"]
    assert reason == "it is seen only on real sockets: over the loopback link"
    assert (loopback.code, respx.code) == (0, 0)
    assert respx.report["run"]["link"] == "respx"


def test_the_ini_names_the_link(project: Project) -> None:
    """``participant_link`` may stand in the configuration."""
    project.ini("participant_link = respx")
    ran = project.run(f"--participant-adapter={project.adapter(CALLS)}")
    assert ran.report["run"]["link"] == "respx"
    assert ran.verdicts["error.modeled"]["again"].endswith("--link respx")


def test_httpx_is_whole_in_the_users_tests_in_between(project: Project) -> None:
    """Between two checks over respx a test of the user's reaches a real server with httpx."""
    project.write("test_contract.py", ONE_LINE)
    project.write(
        "test_own.py",
        """
        import http.server
        import threading

        import httpx

        class Answer(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(204)
                self.end_headers()

            def log_message(self, *arguments):
                pass

        def test_own():
            with http.server.HTTPServer(("127.0.0.1", 0), Answer) as server:
                thread = threading.Thread(target=server.serve_forever)
                thread.start()
                try:
                    assert httpx.get(f"http://127.0.0.1:{server.server_port}/", trust_env=False).status_code == 204
                finally:
                    server.shutdown()
                    thread.join()
        """,
    )
    order = ("test_contract.py::test_request_line", "test_own.py", "test_contract.py::test_request_body")
    spec = f"--participant-adapter={project.adapter(CALLS)}"
    ran = project.run(*order, spec, "--participant-link=respx", "-v", only=None)
    assert ran.outcomes == {"passed": 3}
    names = [line.split("::")[1].split()[0] for line in ran.text.splitlines() if "PASSED" in line]
    assert names == ["test_request_line", "test_own", "test_request_body"]


def test_over_respx_nothing_leaves_for_another_host(project: Project) -> None:
    """A request to any host but the endpoint's is refused by respx, and that is the implementation's failure."""
    spec = project.adapter(CALLS.replace("call(endpoint,", 'call("https://elsewhere.invalid",'))
    ran = project.run(f"--participant-adapter={spec}", "--participant-link=respx", only="request.line")
    assert (ran.code, ran.kinds) == (1, {"request.line": "failed"})


def test_an_async_httpx_client_works_over_both_links(project: Project) -> None:
    """An adapter with an ``httpx.AsyncClient`` is judged alike over respx and over loopback."""
    spec = project.adapter(
        """
        import json
        import httpx
        from participant_strategies.reply import Reply

        class Adapter:
            implementation = Implementation(name="async", version="1", errors=(httpx.HTTPError,))
            client = None

            async def call(self, endpoint, request, **options):
                self.client = self.client or httpx.AsyncClient(trust_env=False)
                asked = {"Type": request.type, "ConnectParticipant": request.connect_participant}
                response = await self.client.post(
                    endpoint.rstrip("/") + "/participant/connection",
                    headers={"Content-Type": "application/json", "X-Amz-Bearer": request.participant_token},
                    content=json.dumps({name: value for name, value in asked.items() if value is not None}),
                )
                headers = tuple(response.headers.multi_items())
                return Reference().read(Reply(response.status_code, headers, response.content))
        """
    )
    both = (f"--participant-adapter={spec}", "--participant-only=request.body")
    for link in ("loopback", "respx"):
        ran = project.run(*both, f"--participant-link={link}")
        assert ran.kinds == {"error.modeled": "passed", "request.body": "passed"}, link
