import type { CodeLanguage } from './ast-grep.ts';

/**
 * How each library is told not to verify the other side's certificate. `pattern` is matched on the node's
 * text without white space. Literals only: what comes from a variable does not match.
 */
export interface TlsSwitch {
  readonly languages: readonly CodeLanguage[];
  readonly kinds: readonly string[];
  readonly pattern: RegExp;
  /** What people call it. */
  readonly name: string;
  /** A word that the file must hold, when the setting's name alone is too common. */
  readonly needs?: RegExp;
}

const ECMA: readonly CodeLanguage[] = ['typescript', 'tsx', 'javascript'];
const HTTP_PYTHON = /\b(?:requests|httpx|hvac|boto3)\b/u;

export const TLS_SWITCHES: readonly TlsSwitch[] = [
  {
    languages: ['python'],
    kinds: ['keyword_argument'],
    pattern: /^verify=False$/u,
    name: 'verify=False',
    needs: HTTP_PYTHON,
  },
  {
    languages: ['python'],
    kinds: ['assignment'],
    pattern: /^[\w.]+\.verify=False$/u,
    name: 'verify = False',
    needs: HTTP_PYTHON,
  },
  {
    languages: ['python'],
    kinds: ['keyword_argument'],
    pattern: /^(?:verify_ssl|ssl)=False$/u,
    name: 'ssl=False',
    needs: /\baiohttp\b/u,
  },
  {
    languages: ['python'],
    kinds: ['keyword_argument', 'assignment'],
    pattern: /^(?:[\w.]+\.verify_mode|cert_reqs)=(?:ssl\.CERT_NONE|["']CERT_NONE["'])$/u,
    name: 'ssl.CERT_NONE',
  },
  {
    languages: ['python'],
    kinds: ['attribute'],
    pattern: /^ssl\._create_unverified_context$/u,
    name: 'ssl._create_unverified_context',
  },
  {
    languages: ['go'],
    kinds: ['keyed_element', 'assignment_statement'],
    pattern: /^(?:InsecureSkipVerify:true|[\w.]+\.InsecureSkipVerify=true)$/u,
    name: 'InsecureSkipVerify: true',
  },
  {
    languages: ECMA,
    kinds: ['pair', 'assignment_expression'],
    pattern: /^(?:['"]?rejectUnauthorized['"]?:|[\w.]+\.rejectUnauthorized=)false$/u,
    name: 'rejectUnauthorized: false',
  },
  {
    languages: ECMA,
    kinds: ['pair'],
    pattern: /^['"]?strictSSL['"]?:false$/u,
    name: 'strictSSL: false',
  },
  {
    languages: ECMA,
    kinds: ['assignment_expression'],
    pattern: /^process\.env(?:\.|\[['"])NODE_TLS_REJECT_UNAUTHORIZED(?:['"]\])?=['"`]?0['"`]?$/u,
    name: 'NODE_TLS_REJECT_UNAUTHORIZED=0',
  },
  {
    languages: ['java', 'kotlin'],
    kinds: ['identifier', 'simple_identifier', 'type_identifier'],
    pattern:
      /^(?:NoopHostnameVerifier|TrustAllStrategy|InsecureTrustManagerFactory|ALLOW_ALL_HOSTNAME_VERIFIER)$/u,
    name: 'a trust-all verifier',
  },
  {
    languages: ['java'],
    kinds: ['method_declaration'],
    pattern: /voidcheckServerTrusted\([^)]{0,200}\)(?:throws[\w.,]{1,80})?\{\}$/u,
    name: 'an empty checkServerTrusted',
  },
  {
    languages: ['ruby'],
    kinds: ['assignment', 'pair'],
    pattern: /verify_mode['"]?(?:=|:|=>)OpenSSL::SSL::VERIFY_NONE$/u,
    name: 'VERIFY_NONE',
  },
  {
    languages: ['ruby'],
    kinds: ['pair'],
    pattern: /^(?::?verify_ssl(?::|=>)false|:?ssl(?::|=>)\{:?verify(?::|=>)false\})$/u,
    name: 'verify: false',
  },
  {
    languages: ['php'],
    kinds: ['array_element_initializer'],
    pattern: /^(?:CURLOPT_SSL_VERIFY(?:PEER|HOST)=>(?:false|0)|['"]verify_peer['"]=>false)$/iu,
    name: 'CURLOPT_SSL_VERIFYPEER',
  },
  {
    languages: ['php'],
    kinds: ['function_call_expression'],
    pattern: /^curl_setopt\([^,]{1,60},CURLOPT_SSL_VERIFY(?:PEER|HOST),(?:false|0)\)$/iu,
    name: 'CURLOPT_SSL_VERIFYPEER',
  },
  {
    languages: ['php'],
    kinds: ['array_element_initializer'],
    pattern: /^['"]verify['"]=>false$/iu,
    name: "'verify' => false",
    needs: /Guzzle|Http::|HttpClient/u,
  },
  {
    languages: ['csharp'],
    kinds: ['identifier'],
    pattern: /^DangerousAcceptAnyServerCertificateValidator$/u,
    name: 'DangerousAcceptAnyServerCertificateValidator',
  },
  {
    languages: ['csharp'],
    kinds: ['assignment_expression'],
    pattern:
      /ServerCertificate(?:Custom)?ValidationCallback\+?=(?:delegate)?\(?[\w,]{0,120}\)?(?:=>)?(?:true|\{returntrue;\})$/u,
    name: 'ServerCertificateCustomValidationCallback => true',
  },
  {
    languages: ['rust'],
    kinds: ['call_expression'],
    pattern: /\.danger_accept_invalid_(?:certs|hostnames)\(true\)$/u,
    name: 'danger_accept_invalid_certs(true)',
  },
];

/** Switches in files that no code grammar reads: images, settings, manifests. */
export const TLS_SETTING =
  /NODE_TLS_REJECT_UNAUTHORIZED["']?\s{0,4}[=:]\s{0,4}["']?0\b|PYTHONHTTPSVERIFY["']?\s{0,4}[=:]\s{0,4}["']?0\b|GIT_SSL_NO_VERIFY["']?\s{0,4}[=:]\s{0,4}["']?(?:1|true)\b|http\.sslVerify\s{1,4}["']?false\b|strict-ssl(?:\s{1,4}|=)["']?false\b/u;
