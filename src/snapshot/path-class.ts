import picomatch from 'picomatch';

/** What a path says about its file. Rules keep silent in classes that never reach production. */
export type PathClass =
  | 'production'
  | 'test'
  | 'example'
  | 'docs'
  | 'dev'
  | 'generated'
  | 'vendored';

const OPTIONS = { dot: true, nocase: true };

/** First match wins: a test inside a vendored folder is vendored. */
const CLASSES: readonly (readonly [PathClass, readonly string[]])[] = [
  [
    'vendored',
    ['**/{node_modules,vendor,third_party,third-party,bower_components}/**', '**/Pods/**'],
  ],
  [
    'generated',
    [
      '**/*.{min.js,min.css,map,snap,pb.go}',
      '**/*_pb2{,_grpc}.py',
      '**/{package-lock.json,npm-shrinkwrap.json,yarn.lock,pnpm-lock.yaml,bun.lock,Cargo.lock,poetry.lock}',
      '**/{uv.lock,Pipfile.lock,Gemfile.lock,composer.lock,go.sum,go.work.sum,flake.lock,packages.lock.json}',
      '**/.terraform.lock.hcl',
      '**/__generated__/**',
    ],
  ],
  [
    'test',
    [
      '**/{test,tests,__tests__,__mocks__,spec,specs,e2e,testdata,testing,fixtures,__fixtures__,cypress}/**',
      '**/src/{test,androidTest,integrationTest}/**',
      '**/*.{test,spec,e2e,stories}.*',
      '**/*_{test,spec}.*',
      '**/test_*.py',
      '**/conftest.py',
      '**/*{Test,Tests,IT,Spec}.{java,kt,cs,php,scala}',
    ],
  ],
  [
    'example',
    [
      '**/{example,examples,sample,samples,demo,demos,playground,benchmark,benchmarks,bench}/**',
      '**/*.{example,sample,template,dist}',
      '**/.env.{example,sample,template,dist,defaults}',
    ],
  ],
  [
    'docs',
    [
      '**/{docs,doc,documentation}/**',
      '**/*.{md,mdx,rst,adoc,txt}',
      '**/{README,CHANGELOG,LICENSE}*',
    ],
  ],
  [
    'dev',
    [
      '**/{.devcontainer,devcontainer,local,dev,development,sandbox}/**',
      '**/{docker-compose,compose}.{dev,local,test,override,development}.y{,a}ml',
      '**/*.{dev,local,development}.*',
      '**/Dockerfile.{dev,local,test}',
      '**/{dev,local}.Dockerfile',
    ],
  ],
];

const MATCHERS = CLASSES.map(([name, globs]) => [name, picomatch([...globs], OPTIONS)] as const);

export function pathClassOf(path: string): PathClass {
  for (const [name, matches] of MATCHERS) if (matches(path)) return name;
  return 'production';
}
