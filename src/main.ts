import { readEnvironment, type ServiceEnvironment } from './config/environment.ts';
import { isOpsError } from './domain/ops-error.ts';
import { createLog } from './main/log.ts';
import { type Service, startService } from './main/service.ts';

/** https://man.openbsd.org/sysexits: a configuration that a person has to put right. */
const EX_USAGE = 64;
const EX_SOFTWARE = 70;

/** What stops late is not waited for: everything that matters is in the store by then. */
const STOP_MARGIN_MS = 15_000;

const environment = readOrExit();
const log = createLog(environment.logLevel);

// A bug that nobody caught leaves the process in an unknown state; the leases hand its work to the next one.
process.on('uncaughtException', (error) => {
  log.error({ err: error }, 'uncaught error');
  process.exit(EX_SOFTWARE);
});

const service = await startOrExit(environment);
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void stop(service));

function readOrExit(): ServiceEnvironment {
  try {
    return readEnvironment(process.env);
  } catch (error) {
    if (!isOpsError(error)) throw error;
    return refuse(error.explain());
  }
}

async function startOrExit(settings: ServiceEnvironment): Promise<Service> {
  try {
    return await startService({ environment: settings, env: process.env, log });
  } catch (error) {
    if (!isOpsError(error)) throw error;
    return refuse(error.explain());
  }
}

function refuse(why: string): never {
  process.stderr.write(`ops does not start. ${why}\n`);
  process.exit(EX_USAGE);
}

let stopping = false;

/** A second signal is the person at the terminal who does not want to wait. */
async function stop(running: Service): Promise<void> {
  if (stopping) process.exit(EX_SOFTWARE);
  stopping = true;
  setTimeout(() => process.exit(0), environment.drainMs + STOP_MARGIN_MS).unref();
  await running.stop();
  process.exit(0);
}
