#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Run by package.sh as a user of a system on which nothing but the packages was installed: README's first session.
set -e
[ -n "$DBUS_SESSION_BUS_ADDRESS" ] || exec dbus-run-session -- sh -e "$0"

export XDG_RUNTIME_DIR="$HOME/run"
mkdir -m 700 -p "$XDG_RUNTIME_DIR"
printf 'a password' | gnome-keyring-daemon --unlock --components=secrets >/dev/null

# A certification authority and one person, by openssl alone
openssl req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -days 30 -subj "/CN=Trial CA" 2>/dev/null
openssl req -newkey rsa:2048 -nodes -keyout me.key -out me.csr -subj "/CN=Me" 2>/dev/null
printf 'subjectAltName=email:me@example.org\nextendedKeyUsage=emailProtection\nkeyUsage=digitalSignature,keyEncipherment\n' >me.ext
openssl x509 -req -in me.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 20 -extfile me.ext -out me.pem 2>/dev/null
openssl pkcs12 -export -in me.pem -inkey me.key -certfile ca.pem -out me.p12 -passout pass:trial
printf 'From: me@example.org\nTo: me@example.org\nSubject: Trial\n\nHello\n' >message.eml

set -x
echo trial | smimectl import --password-fd 0 me.p12
smimectl import --role anchor ca.pem
smimectl enable
gsettings set org.smimed revocation soft-fail
smimectl account add me@example.org
smimectl sign --from me@example.org message.eml >signed.eml
smimectl open signed.eml >/dev/null
smimectl encrypt --sign --from me@example.org --to me@example.org message.eml >sealed.eml
smimectl open sealed.eml | grep Hello
python3 -c 'import gi; gi.require_version("Smimed", "1"); from gi.repository import Smimed; print(Smimed.Problem.describe("expired"))'
busctl --user introspect org.smimed.Smime1 /org/smimed/Smime1 | head -3 || gdbus introspect --session --dest org.smimed.Smime1 --object-path /org/smimed/Smime1 | head -3
