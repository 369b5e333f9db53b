import type { RepoConfig } from '../../domain/configuration.ts';
import picomatch from 'picomatch';
import { plainPath } from './plain-text.ts';

/** What the names of files tell about a repository, each line with up to a few examples. */
const TRAITS: readonly (readonly [string, readonly string[]])[] = [
  ['Node.js', ['**/package.json']],
  ['Python', ['**/{pyproject.toml,requirements.txt,setup.py}']],
  ['Go', ['**/go.mod']],
  ['Java or Kotlin', ['**/{pom.xml,build.gradle,build.gradle.kts}']],
  ['Ruby', ['**/Gemfile']],
  ['Rust', ['**/Cargo.toml']],
  ['PHP', ['**/composer.json']],
  ['.NET', ['**/*.{csproj,fsproj}']],
  ['container images', ['**/{Dockerfile,*.Dockerfile,Dockerfile.*}']],
  ['Compose', ['**/{docker-compose,compose}*.y{a,}ml']],
  [
    'Kubernetes, Helm or Kustomize',
    ['**/{Chart.yaml,kustomization.yaml}', '**/{k8s,kubernetes,helm}/**/*.y{a,}ml'],
  ],
  ['Terraform', ['**/*.tf']],
  ['workflows', ['.github/workflows/*.y{a,}ml']],
  ['database migrations', ['**/{migrations,migrate,alembic,flyway}/**']],
  ['alerts and dashboards', ['**/{alerts,rules,dashboards,monitoring,prometheus,grafana}/**']],
  ['stated service levels', ['**/*{openslo,sloth,pyrra,slo}*.y{a,}ml', '**/{slo,slos}/**']],
  ['runbooks', ['**/*{runbook,playbook,oncall}*', '**/{runbooks,playbooks}/**']],
];

const MAX_EXAMPLES = 4;

/** From the merge base, so that a change cannot describe its own surroundings. */
export function repositoryProfile(basePaths: readonly string[], config: RepoConfig): string {
  const traits = TRAITS.flatMap(([name, globs]) => {
    const matches = picomatch([...globs], { dot: true, nocase: true });
    const found = basePaths.filter((path) => matches(path));
    if (found.length === 0) return [];
    const examples = found.slice(0, MAX_EXAMPLES).map(plainPath).join(', ');
    const more = found.length > MAX_EXAMPLES ? `, and ${found.length - MAX_EXAMPLES} more` : '';
    return [`- ${name}: ${examples}${more}`];
  });
  return [
    `Files at the merge base: ${basePaths.length}. Tier: ${config.tier}.`,
    ...(traits.length === 0 ? ['No manifest of a known kind.'] : traits),
  ].join('\n');
}
