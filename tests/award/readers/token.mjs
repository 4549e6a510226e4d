// Verify a token with jose against a JWK set: node token.mjs '{"token": …, "jwks": …, "algorithm": …}'; prints the payload.
import { createLocalJWKSet, jwtVerify } from 'jose';

const { token, jwks, algorithm, at } = JSON.parse(process.argv[2]);
try {
  const { payload, protectedHeader } = await jwtVerify(token, createLocalJWKSet(jwks), {
    algorithms: [algorithm], currentDate: new Date(at),
  });
  console.log(JSON.stringify({ payload, header: protectedHeader }));
} catch (error) {
  console.log(JSON.stringify({ refused: error.code }));
}
