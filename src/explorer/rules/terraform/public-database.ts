import {
  addressOf,
  type HclBlock,
  literalOf,
  nestedBlocks,
  terraformParser,
} from '../../parsers/terraform.ts';
import { defineFileRule, type LineRange } from '../../rule.ts';

/** AWS resources that hold data and that `publicly_accessible` puts on the internet. */
const AWS_DATABASES: ReadonlySet<string> = new Set([
  'aws_db_instance',
  'aws_rds_cluster_instance',
  'aws_docdb_cluster_instance',
  'aws_neptune_cluster_instance',
  'aws_redshift_cluster',
  'aws_redshiftserverless_workgroup',
]);

export default defineFileRule({
  id: 'terraform/public-database',
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
      en: 'A literal setting gives a managed database a public address (`publicly_accessible = true`, an authorised network or firewall rule for every address).',
      vi: 'Một giá trị cố định cấp địa chỉ công khai cho database được quản lý (`publicly_accessible = true`, authorized network hoặc firewall rule cho mọi địa chỉ).',
    },
  },
  surfaces: ['Terraform'],
  files: ['**/*.tf'],
  optOuts: ['checkov:skip', 'tfsec:ignore', 'trivy:ignore'],
  title: {
    en: 'Database `{resource}` can be reached from the internet',
    vi: 'Database `{resource}` truy cập được từ internet',
  },
  impact: {
    en: 'One leaked or guessed password, or one unpatched flaw of the engine, hands all data of `{resource}` to a stranger.',
    vi: 'Chỉ một mật khẩu bị lộ hay bị đoán trúng, hoặc một lỗ hổng chưa vá của engine, là toàn bộ dữ liệu trong `{resource}` rơi vào tay người lạ.',
  },
  why: {
    en: '`{setting}` gives the database a public address, so network isolation no longer stands before its login.',
    vi: '`{setting}` cấp cho database một địa chỉ công khai, nên không còn lớp cô lập mạng nào trước màn đăng nhập của nó.',
  },
  fix: {
    en: 'Remove `{setting}`, place the database in private subnets, and let only the application’s security group or network reach it.',
    vi: 'Bỏ `{setting}`, đặt database trong private subnet và chỉ cho security group hoặc mạng của ứng dụng truy cập.',
  },
  later: {
    en: 'Reach the database through a bastion, VPN or private endpoint, and rotate the passwords that were exposed.',
    vi: 'Truy cập database qua bastion, VPN hoặc private endpoint, và đổi các mật khẩu từng bị phơi ra ngoài.',
  },
  references: [
    'https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_VPC.WorkingWithRDSInstanceinaVPC.html',
    'https://avd.aquasec.com/misconfig/avd-aws-0180',
  ],

  *check(file) {
    for (const resource of file.parse(terraformParser).blocks) {
      const address = addressOf(resource);
      if (address === null) continue;
      for (const { at, setting } of exposuresOf(resource))
        yield {
          line: at.line,
          endLine: at.endLine,
          anchor: address,
          values: { resource: address, setting },
          blocks: true,
        };
    }
  },

  examples: {
    bad: [
      {
        path: 'infra/rds.tf',
        code: `resource "aws_db_instance" "orders" {
  engine              = "postgres"
  instance_class      = "db.m6g.large"
  publicly_accessible = true
}
`,
      },
      {
        path: 'infra/cloudsql.tf',
        code: `resource "google_sql_database_instance" "main" {
  database_version = "POSTGRES_16"
  settings {
    tier = "db-custom-2-8192"
    ip_configuration {
      authorized_networks {
        name  = "all"
        value = "0.0.0.0/0"
      }
    }
  }
}
`,
      },
      {
        path: 'infra/azure.tf',
        code: `resource "azurerm_postgresql_flexible_server_firewall_rule" "all" {
  name             = "all"
  server_id        = azurerm_postgresql_flexible_server.main.id
  start_ip_address = "0.0.0.0"
  end_ip_address   = "255.255.255.255"
}
`,
      },
    ],
    good: [
      {
        path: 'infra/rds.tf',
        code: 'resource "aws_db_instance" "orders" {\n  engine              = "postgres"\n  publicly_accessible = false\n}\n',
      },
      {
        // Looks bad: a variable decides, and its value is not known here.
        path: 'infra/rds.tf',
        code: 'resource "aws_db_instance" "orders" {\n  engine              = "postgres"\n  publicly_accessible = var.is_sandbox\n}\n',
      },
      {
        // Looks bad: 0.0.0.0 to 0.0.0.0 is how Azure writes "its own services".
        path: 'infra/azure.tf',
        code: 'resource "azurerm_mssql_firewall_rule" "azure" {\n  name             = "azure"\n  server_id        = azurerm_mssql_server.main.id\n  start_ip_address = "0.0.0.0"\n  end_ip_address   = "0.0.0.0"\n}\n',
      },
    ],
  },
});

interface Exposure {
  readonly at: LineRange;
  readonly setting: string;
}

function exposuresOf(resource: HclBlock): Exposure[] {
  const type = resource.labels[0] ?? '';
  if (type === 'google_sql_database_instance') return googleExposures(resource);
  if (type.startsWith('azurerm_') && type.endsWith('_firewall_rule'))
    return azureExposure(resource);
  const attribute = resource.attributes.get('publicly_accessible');
  if (!AWS_DATABASES.has(type) || attribute === undefined) return [];
  if (literalOf(resource, 'publicly_accessible') !== true) return [];
  return [{ at: attribute, setting: 'publicly_accessible = true' }];
}

function googleExposures(resource: HclBlock): Exposure[] {
  return [...nestedBlocks(resource, new Set(['authorized_networks']))]
    .filter((block) => literalOf(block, 'value') === '0.0.0.0/0')
    .map((block) => ({ at: block, setting: 'authorized_networks 0.0.0.0/0' }));
}

function azureExposure(resource: HclBlock): Exposure[] {
  const isDatabase = /sql|maria|redis|cosmos/u.test(resource.labels[0] ?? '');
  const all =
    literalOf(resource, 'start_ip_address') === '0.0.0.0' &&
    literalOf(resource, 'end_ip_address') === '255.255.255.255';
  return isDatabase && all ? [{ at: resource, setting: '0.0.0.0 – 255.255.255.255' }] : [];
}
