import { DOCKERFILES } from '../../parsers/dockerfile-files.ts';
import { dockerfileParser } from '../../parsers/dockerfile.ts';
import { isUnpinned } from '../../parsers/image-reference.ts';
import { defineFileRule } from '../../rule.ts';

export default defineFileRule({
  id: 'dockerfile/unpinned-base-image',
  wave: 1,
  item: 'deployment',
  group: 'dependencies',
  category: 'technical_debt',
  principle: 'demo_is_not_production',
  priority: 'medium',
  confidence: 'high',
  blocks: null,
  surfaces: ['Dockerfile'],
  files: DOCKERFILES,
  silentIn: ['test', 'example', 'docs', 'dev'],
  optOuts: ['hadolint ignore=DL3006', 'hadolint ignore=DL3007'],
  title: {
    en: 'Base image `{image}` can change under you',
    vi: 'Image nền `{image}` có thể thay đổi ngoài ý muốn',
  },
  impact: {
    en: 'A rebuild of an unchanged commit can ship another runtime version, and a rollback by rebuild does not bring the old one back.',
    vi: 'Build lại một commit không hề đổi vẫn có thể ra phiên bản runtime khác, và rollback bằng cách build lại sẽ không đưa phiên bản cũ trở về.',
  },
  why: {
    en: '`{image}` has no tag or the tag `latest`, so the registry decides at build time what the image is built on.',
    vi: '`{image}` không có tag hoặc dùng tag `latest`, nên registry quyết định image nền là gì vào lúc build.',
  },
  fix: {
    en: 'Name a release in `FROM`, better with its digest: `FROM {name}:<version>@sha256:<digest>`.',
    vi: 'Ghi rõ phiên bản trong `FROM`, tốt hơn nữa là kèm digest: `FROM {name}:<version>@sha256:<digest>`.',
  },
  later: {
    en: 'Let Renovate or Dependabot raise base images by pull request, so that each new one is built and tested.',
    vi: 'Để Renovate hoặc Dependabot nâng image nền qua pull request, để mỗi bản mới đều được build và test.',
  },
  references: [
    'https://docs.docker.com/build/building/best-practices/#pin-base-image-versions',
    'https://github.com/hadolint/hadolint/wiki/DL3006',
  ],

  *check(file) {
    for (const stage of file.parse(dockerfileParser).stages) {
      const { image, from } = stage;
      // What a build argument names is decided where the build is started.
      if (stage.parent !== null || image === 'scratch' || image.includes('$')) continue;
      if (!isUnpinned(image)) continue;
      const name = image.replace(/:latest$/u, '');
      yield { ...from, anchor: `${stage.alias ?? stage.index}:${name}`, values: { image, name } };
    }
  },

  examples: {
    bad: [
      { path: 'Dockerfile', code: 'FROM node\nCOPY . .\n' },
      {
        path: 'build/Containerfile',
        code: 'FROM --platform=linux/amd64 registry.example.com:5000/base/java:latest AS run\n',
      },
    ],
    good: [
      {
        path: 'Dockerfile',
        code: 'FROM node:22.14-slim AS build\n\nFROM scratch\nCOPY --from=build /app /app\n',
      },
      {
        // Looks bad: the second FROM names a stage, not an image.
        path: 'Dockerfile',
        code: 'FROM node:22-slim AS Base\n\nFROM base\nCMD ["node", "server.js"]\n',
      },
      {
        // Looks bad: no tag, but a digest; and an image that the build names.
        path: 'Dockerfile',
        code: `ARG RUNTIME=node\nFROM node@sha256:${'a1'.repeat(32)} AS build\n\nFROM \${RUNTIME}\n`,
      },
    ],
  },
});
