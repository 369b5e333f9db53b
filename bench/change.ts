import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** What an ordinary change touches: mostly code, some manifests, workflows, migrations and prose. */
const KINDS: readonly ((
  n: number,
  side: 'base' | 'head',
) => readonly [path: string, text: string])[] = [
  (n, side) => [`src/orders/handler-${n}.ts`, typescript(n, side)],
  (n, side) => [`services/billing/job_${n}.py`, python(n, side)],
  (n, side) => [`internal/store/store_${n}.go`, go(n, side)],
  (n, side) => [`deploy/app-${n}.yaml`, manifest(n, side)],
  (n, side) => [`src/web/view-${n}.tsx`, typescript(n, side)],
  (n, side) => [`docs/note-${n}.md`, `# Note ${n}\n\n${side}\n`],
  (n, side) => [`infra/network-${n}.tf`, terraform(n, side)],
  (n) => [
    `migrations/2026${String(n).padStart(4, '0')}_add.sql`,
    `ALTER TABLE orders ADD COLUMN c${n} text;\n`,
  ],
];

/** A repository whose last commit changes `files` files; answers with its folder. */
export function createChange(files: number): string {
  const directory = mkdtempSync(join(tmpdir(), 'ops-bench-'));
  const git = (...args: string[]): void => {
    execFileSync(
      'git',
      ['-C', directory, '-c', 'user.name=Lan', '-c', 'user.email=lan@example.com', ...args],
      {
        stdio: 'ignore',
      },
    );
  };
  git('init', '--initial-branch=main');
  for (const side of ['base', 'head'] as const) {
    for (let n = 0; n < files; n += 1) {
      const [path, text] = KINDS[n % KINDS.length]!(n, side);
      if (side === 'base' && path.startsWith('migrations/')) continue;
      mkdirSync(dirname(join(directory, path)), { recursive: true });
      writeFileSync(join(directory, path), text);
    }
    writeFileSync(
      join(directory, 'docker-compose.yml'),
      'services:\n  db:\n    image: postgres:16.4\n',
    );
    git('add', '--all');
    git('commit', '--message', side);
  }
  return directory;
}

const TIMES = 12;

function repeated(build: (k: number) => string): string {
  return Array.from({ length: TIMES }, (_, k) => build(k)).join('\n');
}

function typescript(n: number, side: string): string {
  const body = (k: number): string => `export async function load${k}(id: string): Promise<Order> {
  const response = await fetch(\`\${BASE}/orders/\${id}\`, { signal: AbortSignal.timeout(${2000 + n}) });
  if (!response.ok) throw new Error(\`orders answered \${response.status} ${side === 'head' && k === 3 ? 'now' : ''}\`);
  return (await response.json()) as Order;
}
`;
  return `import type { Order } from './order.ts';\n\nconst BASE = process.env.ORDERS_URL;\n\n${repeated(body)}`;
}

function python(n: number, side: string): string {
  const body = (k: number): string => `def fetch_${k}(session, invoice_id):
    response = requests.get(f"{BASE}/invoices/{invoice_id}", timeout=${side === 'head' && k === 5 ? 4 : 5})
    response.raise_for_status()
    return response.json()["total_${n}"]

`;
  return `import os\nimport requests\n\nBASE = os.environ["BILLING_URL"]\n\n\n${repeated(body)}`;
}

function go(n: number, side: string): string {
  const body = (
    k: number,
  ): string => `func (s *Store) Load${k}(ctx context.Context, id string) (*Order, error) {
	ctx, cancel := context.WithTimeout(ctx, ${side === 'head' && k === 2 ? 4 : 3}*time.Second)
	defer cancel()
	row := s.db.QueryRowContext(ctx, "SELECT id, total FROM orders_${n} WHERE id = $1", id)
	var order Order
	if err := row.Scan(&order.ID, &order.Total); err != nil {
		return nil, fmt.Errorf("load order: %w", err)
	}
	return &order, nil
}
`;
  return `package store\n\nimport (\n\t"context"\n\t"fmt"\n\t"time"\n)\n\n${repeated(body)}`;
}

function manifest(n: number, side: string): string {
  return `apiVersion: apps/v1
kind: Deployment
metadata: { name: app-${n} }
spec:
  replicas: 3
  selector: { matchLabels: { app: app-${n} } }
  template:
    metadata: { labels: { app: app-${n} } }
    spec:
      containers:
        - name: app
          image: registry.example.com/app:1.${side === 'head' ? 5 : 4}.0
          ports: [{ containerPort: 8080 }]
          resources: { requests: { cpu: 100m, memory: 128Mi }, limits: { memory: 256Mi } }
          readinessProbe: { httpGet: { path: /readyz, port: 8080 } }
`;
}

function terraform(n: number, side: string): string {
  return `resource "aws_security_group" "app_${n}" {
  name = "app-${n}"

  ingress {
    from_port   = 443
    to_port     = 443
    protocol    = "tcp"
    cidr_blocks = ["10.${n % 250}.0.0/16"]
    description = "${side}"
  }
}
`;
}
