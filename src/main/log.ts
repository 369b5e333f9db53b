import { type DestinationStream, pino, stdSerializers } from 'pino';
import { OpsError } from '../domain/ops-error.ts';
import type { LogLevel } from '../config/environment.ts';

/** JSON lines on standard output. Fields that could carry a credential are struck out wherever they stand. */
export function createLog(level: LogLevel, destination?: DestinationStream) {
  const options = {
    level,
    base: null,
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (label: string) => ({ level: label }) },
    redact: {
      paths: CREDENTIALS.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]),
      censor: '[redacted]',
    },
    serializers: { err: describeError },
  };
  return destination === undefined ? pino(options) : pino(options, destination);
}

const CREDENTIALS = [
  'authorization',
  'token',
  'privateKey',
  'secret',
  'apiKey',
  'cookie',
  'body',
  'payload',
];

/**
 * An error of ours is its code and its sentence: its cause may hold a request or an answer with everything in it. A
 * bug keeps its stack, which holds code and no data.
 */
function describeError(error: unknown): object {
  if (error instanceof OpsError) {
    const cause = error.cause instanceof Error ? error.cause.name : undefined;
    return { type: error.name, code: error.code, message: error.explain(), cause };
  }
  if (!(error instanceof Error)) return { type: typeof error };
  const { type, message, stack } = stdSerializers.err(error);
  return { type, message, stack };
}
