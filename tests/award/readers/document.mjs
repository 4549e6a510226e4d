// Verify an eddsa-jcs-2022 proof with nothing but node: node document.mjs '{"document": …, "did": …}'; prints true or false.
import { createHash, createPublicKey, verify } from 'node:crypto';

const { document, did } = JSON.parse(process.argv[2]);
const letters = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';

function base58(text) {
  let number = [...text.slice(1)].reduce((n, letter) => n * 58n + BigInt(letters.indexOf(letter)), 0n);
  const bytes = [];
  for (; number > 0n; number /= 256n) bytes.unshift(Number(number % 256n));
  return Buffer.from(bytes);
}

// RFC 8785 is JSON.stringify with the names in order: it was written after ECMAScript's own spelling.
function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  return `{${Object.keys(value).sort().map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`).join(',')}}`;
}

const sha256 = (value) => createHash('sha256').update(canonical(value)).digest();
const { proof, ...content } = document;
const { proofValue, ...options } = proof;
const method = did.verificationMethod.find((one) => one.id === proof.verificationMethod);
const material = base58(method.publicKeyMultibase);
const key = createPublicKey({
  key: { kty: 'OKP', crv: 'Ed25519', x: material.subarray(2).toString('base64url') }, format: 'jwk',
});
const message = Buffer.concat([sha256(options), sha256(content)]);
console.log(did.assertionMethod.includes(method.id) && material[0] === 0xed && material[1] === 1
  && verify(null, message, key, base58(proofValue)));
