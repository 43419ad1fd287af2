#!/bin/sh
# A verdict, a login, an upload and a question, with curl alone.
set -eu
url=${FLASHSCAN_URL:-http://localhost:5000}
post() {
  path=$1
  shift
  curl -sS "$url$path" -H 'content-type: application/json' -H 'accept-language: en' "$@"
  echo
}

echo '# Is this link dangerous?'
post /scan/analyze -d '{"url":"http://secure-naver-login.tk"}'

echo '# Ask the chatbot.'
post /chatbot/ask -d '{"message":"What is quishing?"}'

echo '# Make an account; the answer holds an access token.'
name=tour-$(date +%s)
token=$(post /auth/register -d "{\"email\":\"$name@example.com\",\"password\":\"correct horse battery staple\"}" |
  sed 's/.*"access_token":"\([^"]*\)".*/\1/')

echo '# Upload a file.'
printf 'hello\n' | curl -sS "$url/files" -H "authorization: Bearer $token" -F 'file=@-;filename=hello.txt'
echo

echo '# An error names its code and the field.'
post /scan/analyze -d '{}'
