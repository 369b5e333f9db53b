import {
  addressOf,
  type HclBlock,
  type HclBody,
  literalOf,
  literalsIn,
  nestedBlocks,
  terraformParser,
} from '../../parsers/terraform.ts';
import { defineFileRule, type LineRange } from '../../rule.ts';

/** Ports that nobody should reach from the whole internet: remote administration and data stores. */
const SENSITIVE: ReadonlyMap<number, string> = new Map([
  [22, 'SSH'],
  [23, 'Telnet'],
  [445, 'SMB'],
  [1433, 'SQL Server'],
  [1521, 'Oracle'],
  [2375, 'Docker'],
  [2379, 'etcd'],
  [3306, 'MySQL'],
  [3389, 'RDP'],
  [5432, 'PostgreSQL'],
  [5601, 'Kibana'],
  [5984, 'CouchDB'],
  [5985, 'WinRM'],
  [6379, 'Redis'],
  [9042, 'Cassandra'],
  [9092, 'Kafka'],
  [9200, 'Elasticsearch'],
  [11211, 'Memcached'],
  [27017, 'MongoDB'],
]);

const ANYWHERE: ReadonlySet<string> = new Set([
  '0.0.0.0/0',
  '::/0',
  '*',
  'Internet',
  'Any',
  'any',
  '0.0.0.0',
]);

interface Opening {
  readonly at: LineRange;
  readonly address: string;
  readonly ports: readonly PortRange[];
  /** What tells this opening from others of the same resource. */
  readonly key: string;
}

interface PortRange {
  readonly from: number;
  readonly to: number;
}

const ALL_PORTS: PortRange = { from: 0, to: 65_535 };

export default defineFileRule({
  id: 'terraform/public-ingress',
  wave: 1,
  item: 'input_validation',
  group: 'technical_risks',
  category: 'security_vulnerability',
  principle: 'demo_is_not_production',
  priority: 'high',
  confidence: 'high',
  blocks: {
    category: 'security_vulnerability',
    when: {
      en: 'A literal rule lets `0.0.0.0/0` or `::/0` reach all ports, or a port of remote administration or of a data store.',
      vi: 'Một rule ghi giá trị cố định cho phép `0.0.0.0/0` hoặc `::/0` truy cập mọi port, hoặc port quản trị từ xa, port của kho dữ liệu.',
    },
  },
  surfaces: ['Terraform'],
  files: ['**/*.tf'],
  optOuts: ['checkov:skip', 'tfsec:ignore', 'trivy:ignore'],
  title: {
    en: '`{resource}` opens {what} to the whole internet',
    vi: '`{resource}` mở {what} ra toàn bộ internet',
  },
  impact: {
    en: 'Scanners find {what} within minutes of the apply: brute force, known exploits, and read data follow without any further mistake.',
    vi: 'Chỉ vài phút sau khi apply, các công cụ quét sẽ tìm thấy {what}: brute force, khai thác lỗ hổng đã biết và lộ dữ liệu xảy ra mà không cần thêm sai sót nào.',
  },
  why: {
    en: 'The ingress rule names every address as its source, so the service’s own authentication is all that is left.',
    vi: 'Rule ingress cho phép mọi địa chỉ nguồn, nên lớp bảo vệ duy nhất còn lại là cơ chế xác thực của chính dịch vụ.',
  },
  fix: {
    en: 'Replace the open range by the security group, VPN or office range that needs {what}.',
    vi: 'Thay dải địa chỉ mở bằng security group, dải VPN hoặc dải văn phòng thật sự cần {what}.',
  },
  later: {
    en: 'Reach machines through a session manager or bastion, keep data stores in private subnets, and check the plan for open ranges in CI.',
    vi: 'Truy cập máy qua session manager hoặc bastion, đặt kho dữ liệu trong private subnet, và kiểm tra dải mở trong plan ở CI.',
  },
  references: [
    'https://docs.aws.amazon.com/vpc/latest/userguide/vpc-security-groups.html',
    'https://avd.aquasec.com/misconfig/avd-aws-0107',
  ],

  *check(file) {
    for (const resource of file.parse(terraformParser).blocks) {
      const address = addressOf(resource);
      if (address === null) continue;
      for (const opening of openingsOf(resource, address)) {
        const what = sensitivePart(opening.ports);
        if (what === null) continue;
        yield {
          line: opening.at.line,
          endLine: opening.at.endLine,
          anchor: `${address}:${opening.key}`,
          values: { resource: address, what },
          blocks: true,
        };
      }
    }
  },

  examples: {
    bad: [
      {
        path: 'infra/network.tf',
        code: `resource "aws_security_group" "bastion" {
  name = "bastion"

  ingress {
    from_port   = 22
    to_port     = 22
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/0"]
  }
}
`,
      },
      {
        path: 'infra/db.tf',
        code: `resource "aws_vpc_security_group_ingress_rule" "postgres" {
  security_group_id = aws_security_group.db.id
  cidr_ipv4         = "0.0.0.0/0"
  from_port         = 5000
  to_port           = 6000
  ip_protocol       = "tcp"
}
`,
      },
      {
        path: 'infra/gcp.tf',
        code: `resource "google_compute_firewall" "admin" {
  name          = "admin"
  network       = "default"
  source_ranges = ["0.0.0.0/0"]
  allow {
    protocol = "tcp"
    ports    = ["443", "3389"]
  }
}
`,
      },
    ],
    good: [
      {
        // Looks bad: a public web port, and an open egress.
        path: 'infra/lb.tf',
        code: `resource "aws_security_group" "lb" {
  ingress {
    from_port   = 443
    to_port     = 443
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/0"]
  }
  egress {
    from_port   = 0
    to_port     = 0
    protocol    = "-1"
    cidr_blocks = ["0.0.0.0/0"]
  }
}
`,
      },
      {
        // Looks bad: the range comes from a variable, whose value nobody here knows.
        path: 'infra/bastion.tf',
        code: `resource "aws_security_group_rule" "ssh" {
  type        = "ingress"
  from_port   = 22
  to_port     = 22
  protocol    = "tcp"
  cidr_blocks = var.office_ranges
}
`,
      },
      {
        path: 'infra/internal.tf',
        code: `resource "aws_security_group" "db" {
  ingress {
    from_port       = 5432
    to_port         = 5432
    protocol        = "tcp"
    cidr_blocks     = ["10.0.0.0/8"]
    security_groups = [aws_security_group.app.id]
  }
}
`,
      },
    ],
  },
});

function openingsOf(resource: HclBlock, address: string): Opening[] {
  switch (resource.labels[0]) {
    case 'aws_security_group':
    case 'aws_default_security_group':
      return [...nestedBlocks(resource, new Set(['ingress']))].flatMap((block) =>
        awsOpening(block, address),
      );
    case 'aws_security_group_rule':
      return literalOf(resource, 'type') === 'ingress' ? awsOpening(resource, address) : [];
    case 'aws_vpc_security_group_ingress_rule':
      return awsOpening(resource, address);
    case 'google_compute_firewall':
      return googleOpenings(resource, address);
    case 'azurerm_network_security_rule':
      return azureOpening(resource, address);
    case 'azurerm_network_security_group':
      return [...nestedBlocks(resource, new Set(['security_rule']))].flatMap((block) =>
        azureOpening(block, address),
      );
    default:
      return [];
  }
}

function awsOpening(block: HclBlock, address: string): Opening[] {
  const body: HclBody = block.type === 'dynamic' ? (block.blocks[0] ?? block) : block;
  if (!isOpenToAll(body, ['cidr_blocks', 'ipv6_cidr_blocks', 'cidr_ipv4', 'cidr_ipv6'])) return [];
  const protocol = literalOf(body, 'protocol') ?? literalOf(body, 'ip_protocol');
  if (protocol === undefined || protocol === 'icmp' || protocol === 'icmpv6') return [];
  if (String(protocol) === '-1' || protocol === 'all')
    return [{ at: block, address, ports: [ALL_PORTS], key: 'all' }];
  const from = numberOf(literalOf(body, 'from_port'));
  const to = numberOf(literalOf(body, 'to_port'));
  if (from === null || to === null) return [];
  return [{ at: block, address, ports: [{ from, to }], key: `${protocol}/${from}-${to}` }];
}

function googleOpenings(resource: HclBlock, address: string): Opening[] {
  const direction = resource.attributes.get('direction');
  if (direction !== undefined && literalOf(resource, 'direction') !== 'INGRESS') return [];
  if (literalOf(resource, 'disabled') === true) return [];
  if (!isOpenToAll(resource, ['source_ranges'])) return [];
  // Tags or accounts beside the range narrow nothing: Google joins the sources with OR.
  return resource.blocks
    .filter((block) => block.type === 'allow')
    .flatMap((block) => {
      const protocol = literalOf(block, 'protocol');
      if (typeof protocol !== 'string' || !['tcp', 'udp', 'all', '6', '17'].includes(protocol))
        return [];
      const listed = block.attributes.get('ports');
      const ports =
        listed === undefined ? [ALL_PORTS] : literalsIn(listed.value).flatMap(parsePorts);
      return [
        {
          at: resource,
          address,
          ports,
          key: `${protocol}/${ports.map((p) => `${p.from}-${p.to}`).join()}`,
        },
      ];
    });
}

function azureOpening(block: HclBlock, address: string): Opening[] {
  if (literalOf(block, 'access') !== 'Allow' || literalOf(block, 'direction') !== 'Inbound')
    return [];
  if (literalOf(block, 'protocol') === 'Icmp') return [];
  if (!isOpenToAll(block, ['source_address_prefix', 'source_address_prefixes'])) return [];
  const single = literalOf(block, 'destination_port_range');
  const listed = literalsIn(block.attributes.get('destination_port_ranges')?.value);
  const texts = single === undefined || single === null ? listed : [String(single), ...listed];
  const ports = texts.flatMap((text) => (text === '*' ? [ALL_PORTS] : parsePorts(text)));
  return [{ at: block, address, ports, key: texts.join() }];
}

function isOpenToAll(body: HclBody, names: readonly string[]): boolean {
  return names.some((name) => {
    const single = literalOf(body, name);
    if (typeof single === 'string') return isAnywhere(single);
    return literalsIn(body.attributes.get(name)?.value).some(isAnywhere);
  });
}

/** Address bits before a short prefix count for nothing, and two halves (`/1`) make a whole. */
function isAnywhere(range: string): boolean {
  return ANYWHERE.has(range) || /^[\da-f.:]+\/[01]$/iu.test(range.trim());
}

function numberOf(value: unknown): number | null {
  const number = typeof value === 'string' && value !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isInteger(number) ? number : null;
}

function parsePorts(text: string): PortRange[] {
  const found = /^(\d{1,5})(?:-(\d{1,5}))?$/u.exec(text.trim());
  if (found === null) return [];
  const from = Number(found[1]);
  return [{ from, to: Number(found[2] ?? from) }];
}

/** What of the range must not be public, in words; null when nothing in it is known to be sensitive. */
function sensitivePart(ranges: readonly PortRange[]): string | null {
  for (const { from, to } of ranges) {
    if (to - from >= 60_000) return 'all ports';
    for (const [port, name] of SENSITIVE)
      if (from <= port && port <= to) return `${name} (${port})`;
  }
  return null;
}
