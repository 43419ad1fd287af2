"""The REST interface from Python. Needs the package `requests`."""

import os
import time

import requests

URL = os.environ.get("FLASHSCAN_URL", "http://localhost:5000")

session = requests.Session()
session.headers["Accept-Language"] = "en"


def post(path, **body):
    response = session.post(URL + path, json=body, timeout=30)
    answer = response.json()
    if not response.ok:
        raise SystemExit(f"{answer['code']}: {answer['message']} {answer.get('issues', '')}")
    return answer


analysis = post("/scan/analyze", url="http://secure-naver-login.tk")["data"]
print(analysis["analysis_result"], [reason["text"] for reason in analysis["details"]["reasons"]])

login = post("/auth/register", email=f"tour-{time.time_ns()}@example.com", password="correct horse battery staple")
session.headers["Authorization"] = f"Bearer {login['access_token']}"
print(session.get(URL + "/me", timeout=30).json())

upload = session.post(URL + "/files", files={"file": ("hello.txt", b"hello\n")}, timeout=30)
print(upload.status_code, upload.json())
