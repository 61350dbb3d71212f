// The XML around an encrypted message. The messages are simple enough to be read without a parser.

export function element(xml, name) {
  const m = new RegExp(`<${name}>(?:<!\\[CDATA\\[(.*?)\\]\\]>|([^<]*))</${name}>`, 's').exec(xml);
  if (!m) throw new Error(`no ${name}`);
  return m[1] ?? m[2];
}

// open checks the signature of an encrypted reply and returns what was in it, and for which account.
export function open(crypt, body) {
  const sealed = element(body, 'Encrypt');
  const signature = crypt.getSignature(element(body, 'TimeStamp'), element(body, 'Nonce'), sealed);
  if (signature !== element(body, 'MsgSignature')) throw new Error('signature');
  return crypt.decrypt(sealed);
}

// seal encrypts a push: its body and the query that goes with it.
export function seal(crypt, { message, to, timestamp, nonce }) {
  const sealed = crypt.encrypt(message);
  return {
    body: `<xml><ToUserName><![CDATA[${to}]]></ToUserName><Encrypt><![CDATA[${sealed}]]></Encrypt></xml>`,
    query: String(new URLSearchParams({
      signature: crypt.getSignature(timestamp, nonce, ''),
      timestamp,
      nonce,
      encrypt_type: 'aes',
      msg_signature: crypt.getSignature(timestamp, nonce, sealed),
    })),
    // a passive reply carries the same things inside
    reply: `<xml><Encrypt><![CDATA[${sealed}]]></Encrypt>`
      + `<MsgSignature><![CDATA[${crypt.getSignature(timestamp, nonce, sealed)}]]></MsgSignature>`
      + `<TimeStamp>${timestamp}</TimeStamp><Nonce><![CDATA[${nonce}]]></Nonce></xml>`,
  };
}
