/**
 * Contexts whose text somebody without any right in the repository chooses.
 * https://docs.github.com/en/actions/concepts/security/script-injections
 */
const UNTRUSTED: readonly RegExp[] = [
  /\bgithub\.event\.(?:issue|pull_request|discussion)\.(?:title|body)\b/iu,
  /\bgithub\.event\.(?:comment|review|review_comment)\.body\b/iu,
  /\bgithub\.event\.changes\.(?:title|body)\.from\b/iu,
  /\bgithub\.event\.pull_request\.head\.(?:ref|label|repo\.default_branch|repo\.description|repo\.homepage)\b/iu,
  /\bgithub\.event\.workflow_run\.(?:head_branch|display_title|head_commit\.(?:message|author\.(?:name|email)))\b/iu,
  /\bgithub\.event\.(?:head_commit|commits(?:\.\*|\[\d+\])?)\.(?:message|author\.(?:name|email))\b/iu,
  /\bgithub\.event\.pages(?:\.\*|\[\d+\])?\.page_name\b/iu,
  /\bgithub\.head_ref\b/iu,
  /\btojson\(\s*github(?:\.event(?:\.(?:issue|pull_request|comment|review|discussion|head_commit|commits|workflow_run))?)?\s*\)/iu,
];

/**
 * The untrusted context whose text an expression prints; null when it prints none. Comparisons and tests
 * print `true` or `false`, and of `a && b` only `b` can print what an attacker wrote.
 */
export function untrustedIn(body: string): string | null {
  for (const operand of splitOperands(withoutTexts(normalised(body)))) {
    if (/[=!<>]=|[<>]|^\s*!/u.test(operand)) continue;
    if (
      /^\s*(?:contains|startsWith|endsWith|hashFiles|always|success|failure)\s*\(/iu.test(operand)
    )
      continue;
    for (const pattern of UNTRUSTED) {
      const found = pattern.exec(operand);
      if (found !== null) return found[0];
    }
  }
  return null;
}

/** Quoted texts may hold `<`, `&&` and `||` without comparing or choosing anything. */
function withoutTexts(body: string): string {
  return body.replaceAll(/'(?:[^']|'')*'/gu, "''");
}

/** Alternatives of `||`, each reduced to what stands behind its last `&&`. */
function splitOperands(body: string): string[] {
  return body.split('||').map((alternative) => alternative.split('&&').at(-1) ?? '');
}

/** `github['event']['issue']['title']` reads the same as its dotted form. */
function normalised(operand: string): string {
  return operand.replaceAll(/\[\s*['"]([\w-]+)['"]\s*\]/gu, '.$1');
}
