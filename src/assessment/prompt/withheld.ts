/** Files that are made to hold secrets: the model learns their names and nothing else. */
const WITHHELD =
  /(?:^|\/)(?:\.env(?:\.[\w.-]+)?|\.npmrc|\.pypirc|\.netrc|\.htpasswd|\.pgpass|credentials(?:\.json)?|id_(?:rsa|dsa|ecdsa|ed25519)|[^/]*\.(?:pem|key|p12|pfx|jks|keystore|kdbx|tfstate(?:\.backup)?))$/iu;
const TEMPLATE = /\.(?:example|sample|template|dist|defaults)$/iu;

export function isWithheld(path: string): boolean {
  return WITHHELD.test(path) && !TEMPLATE.test(path);
}
