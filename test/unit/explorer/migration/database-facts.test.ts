import { describe, expect, it } from 'vitest';
import picomatch from 'picomatch';
import { DATABASE_FACT_FILES, detectDatabase } from '../../../../src/explorer/facts/database.ts';

describe('detectDatabase', () => {
  it.each([
    { name: 'nothing', files: {}, database: 'unknown' },
    {
      name: 'Prisma',
      files: { 'prisma/schema.prisma': 'datasource db {\n  provider = "postgresql"\n}\n' },
      database: 'postgresql',
    },
    {
      name: 'Prisma on MySQL',
      files: { 'prisma/schema.prisma': 'datasource db {\n  provider = "mysql"\n}\n' },
      database: 'mysql',
    },
    {
      name: 'the Prisma client generator',
      files: { 'prisma/schema.prisma': 'generator c {\n  provider = "prisma-client-js"\n}\n' },
      database: 'unknown',
    },
    {
      name: 'a commented-out provider',
      files: { 'prisma/schema.prisma': '// provider = "mysql"\nprovider = "postgresql"\n' },
      database: 'postgresql',
    },
    {
      name: 'Rails',
      files: {
        'config/database.yml':
          'default: &default\n  adapter: postgresql\nproduction:\n  <<: *default\n',
      },
      database: 'postgresql',
    },
    {
      name: 'Rails with SQLite for development only',
      files: {
        'config/database.yml':
          'development:\n  adapter: sqlite3\nproduction:\n  adapter: postgresql\n',
      },
      database: 'postgresql',
    },
    {
      name: 'Django',
      files: {
        'app/settings.py': "DATABASES = {'default': {'ENGINE': 'django.db.backends.postgresql'}}\n",
      },
      database: 'postgresql',
    },
    {
      name: 'Alembic',
      files: { 'alembic.ini': 'sqlalchemy.url = postgresql+asyncpg://app@db/app\n' },
      database: 'postgresql',
    },
    {
      name: 'Spring',
      files: {
        'src/main/resources/application.yml':
          'spring:\n  datasource:\n    url: jdbc:mysql://db/app\n',
      },
      database: 'mysql',
    },
    {
      name: 'Knex',
      files: { 'knexfile.js': "module.exports = { client: 'pg' };\n" },
      database: 'postgresql',
    },
    {
      name: 'Supabase',
      files: { 'supabase/config.toml': 'project_id = "a"\n' },
      database: 'postgresql',
    },
    {
      name: 'a Node driver',
      files: { 'package.json': '{"dependencies":{"pg":"^8"}}' },
      database: 'postgresql',
    },
    {
      name: 'a Go driver',
      files: { 'go.mod': 'require github.com/jackc/pgx/v5 v5.7.0\n' },
      database: 'postgresql',
    },
    { name: 'a Ruby driver', files: { Gemfile: "gem 'mysql2'\n" }, database: 'mysql' },
    {
      name: 'Diesel',
      files: { 'Cargo.toml': 'diesel = { version = "2", features = ["postgres", "chrono"] }\n' },
      database: 'postgresql',
    },
    {
      name: 'a Compose image',
      files: { 'compose.yml': 'services:\n  db:\n    image: postgres:17\n' },
      database: 'postgresql',
    },
    {
      name: 'an image with a registry',
      files: { 'docker-compose.yml': 'image: docker.io/library/mariadb:11\n' },
      database: 'mysql',
    },
    {
      name: 'two drivers',
      files: { 'package.json': '{"dependencies":{"pg":"^8","mysql2":"^3"}}' },
      database: 'unknown',
    },
    {
      name: 'configuration over a driver',
      files: {
        'package.json': '{"dependencies":{"mysql2":"^3"}}',
        'knexfile.js': "client: 'pg',\n",
      },
      database: 'postgresql',
    },
    {
      name: 'two configurations',
      files: {
        'a/prisma/schema.prisma': 'provider = "mysql"\n',
        'b/prisma/schema.prisma': 'provider = "postgresql"\n',
      },
      database: 'unknown',
    },
    {
      name: 'CockroachDB',
      files: { 'prisma/schema.prisma': 'datasource db {\n  provider = "cockroachdb"\n}\n' },
      database: 'unknown',
    },
    {
      name: 'a package that only sounds like it',
      files: { 'package.json': '{"dependencies":{"pg-format":"^1"}}' },
      database: 'unknown',
    },
  ])('$name: $database', ({ files, database }) => {
    expect(detectDatabase(new Map(Object.entries(files)))).toBe(database);
  });

  it('does not depend on the order of the files', () => {
    const files: [string, string][] = [
      ['knexfile.js', "client: 'pg',\n"],
      ['package.json', '{"dependencies":{"mysql2":"^3"}}'],
    ];

    expect(detectDatabase(new Map(files.toReversed()))).toBe(detectDatabase(new Map(files)));
  });

  it.each([
    'config/database.yml',
    'package.json',
    'api/package.json',
    'prisma/schema.prisma',
    'alembic.ini',
    'go.mod',
    'Gemfile',
    'pom.xml',
    'docker-compose.yml',
    'compose.yaml',
    'src/main/resources/application.properties',
    'knexfile.ts',
    '.env.example',
  ])('reads %s', (path) => {
    expect(DATABASE_FACT_FILES.some((glob) => picomatch.isMatch(path, glob, { dot: true }))).toBe(
      true,
    );
  });
});
