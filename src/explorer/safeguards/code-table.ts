import type { SafeguardKind } from './safeguard.ts';

/** Words by which libraries name their safeguards in code. Data only; `code.ts` reads the trees. */

/** Calls that are a safeguard themselves. */
export const CALLS: readonly {
  readonly kind: SafeguardKind;
  readonly method: RegExp;
  /** On the end of the full callee, when the last name alone is too common. */
  readonly callee?: RegExp;
  /** On the texts of the arguments. */
  readonly argument?: RegExp;
  /** What people call it, when the callee does not say. */
  readonly label?: string;
}[] = [
  {
    kind: 'timeout',
    method: /^With(?:Timeout|Deadline)$/u,
    callee: /context\.With(?:Timeout|Deadline)$/u,
  },
  { kind: 'timeout', method: /^timeout$/u, callee: /AbortSignal\.timeout$/u },
  {
    kind: 'timeout',
    method: /^(?:wait_for|timeout|timeout_at)$/u,
    callee: /(?:asyncio|async_timeout)\.\w+$/u,
  },
  { kind: 'timeout', method: /^set(?:Read|Connect|Socket|Response)Timeout$/u },
  {
    kind: 'timeout',
    method: /^(?:read|connect|call|response)Timeout$/u,
    argument: /Duration|[0-9]/u,
  },
  { kind: 'timeout', method: /^timeout$/u, argument: /^Duration/u },
  { kind: 'timeout', method: /^curl_setopt$/u, argument: /CURLOPT_(?:CONNECT)?TIMEOUT/u },
  { kind: 'timeout', method: /^pTimeout$/u },
  {
    kind: 'retry',
    method: /\w/u,
    callee:
      /(?:^|[/.])(?:p-retry|async-retry|axios-retry|promise-retry|exponential-backoff|ts-retry-promise)(?:\.\w+)?$/u,
  },
  {
    kind: 'retry',
    method: /^(?:Do|DoWithData|Retry|RetryNotify|NewClient)$/u,
    callee: /(?:retry-go(?:\/v\d+)?|backoff(?:\/v\d+)?|retryablehttp)\.\w+$/u,
  },
  {
    kind: 'retry',
    method: /^(?:WaitAndRetry|RetryAsync|WaitAndRetryAsync|AddRetry|retryWhen|retriable)$/u,
  },
  { kind: 'retry', method: /^Retry$/u, callee: /urllib3(?:\.util)?(?:\.retry)?\.Retry$/u },
  {
    kind: 'circuit_breaker',
    method:
      /^(?:NewCircuitBreaker|NewTwoStepCircuitBreaker|CircuitBreaker|circuitBreaker|CircuitBreakerAsync|AddCircuitBreaker)$/u,
  },
  {
    kind: 'circuit_breaker',
    method: /\w/u,
    callee: /(?:^|[/.])(?:opossum|hystrix-go\/hystrix\.Do)(?:\.\w+)?$/u,
  },
  {
    kind: 'graceful_shutdown',
    method: /^(?:on|once)$/u,
    callee: /process\.(?:on|once)$/u,
    argument: /['"`]SIG(?:TERM|INT)['"`]/u,
    label: 'SIGTERM handler',
  },
  {
    kind: 'graceful_shutdown',
    method: /^(?:Notify|NotifyContext)$/u,
    argument: /SIGTERM|os\.Interrupt/u,
    label: 'SIGTERM handler',
  },
  {
    kind: 'graceful_shutdown',
    method: /^(?:signal|add_signal_handler)$/u,
    argument: /SIGTERM/u,
    label: 'SIGTERM handler',
  },
  {
    kind: 'graceful_shutdown',
    method: /^(?:addShutdownHook|enableShutdownHooks|createTerminus)$/u,
  },
  { kind: 'graceful_shutdown', method: /^trap$/u, argument: /TERM/u, label: 'SIGTERM handler' },
  { kind: 'graceful_shutdown', method: /^Shutdown$/u, argument: /ctx|context/iu },
  { kind: 'dead_letter_queue', method: /^DeadLetterPublishingRecoverer$/u },
];

/** Options of calls that reach over the network or take work from a queue. */
export const OPTIONS: readonly {
  readonly kind: SafeguardKind;
  readonly name: RegExp;
  readonly value?: RegExp;
}[] = [
  {
    kind: 'timeout',
    name: /^(?:(?:connect|connection|read|write|open|request|response|socket|query|statement|headers?|body|command|acquire|server_selection)?_?timeout(?:_?ms|_?seconds)?|(?:connect|connection|read|request|response|socket|query|statement|headers|body|command|acquire|serverSelection)Timeout(?:Ms|MS|Millis)?|statement_timeout|query_timeout|connectTimeoutMS|socketTimeoutMS|connectionTimeoutMillis)$/u,
  },
  { kind: 'timeout', name: /^signal$/u, value: /AbortSignal\.timeout|AbortSignal\.any/u },
  {
    kind: 'retry',
    name: /^(?:retry|retries|max_?retries|maxRetries|maxAttempts|max_attempts|attempts|numOfAttempts|autoretry_for|retry_?backoff|retryStrategy|maxRetriesPerRequest)$/u,
  },
  {
    kind: 'dead_letter_queue',
    name: /^(?:dead_?letter_?(?:queue|exchange|topic|target_?arn|policy)|deadLetter(?:Queue|Exchange|Topic|TargetArn|Policy|RoutingKey)|x-dead-letter-exchange|redrive_?policy|RedrivePolicy|redrivePolicy)$/iu,
  },
];

/** Last names of callees and receivers that talk to something that can hang or fail. */
export const GUARDED_CALLEE =
  /fetch|axios|requests?$|request|http|urlopen|^got$|^(?:ky|undici|superagent)$|client|session|pool|connect|redis|postgres|mongo|mysql|knex|sequelize|prisma|kafka|amqp|queue|consumer|worker|job|task|grpc|channel|dial|server|retry|query|subscri/iu;

/** A default of their own protects these when the argument goes. */
export const SAFE_DEFAULTS: readonly string[] = ['httpx', 'aiohttp', 'openai', 'anthropic'];

export const ANNOTATIONS: readonly { readonly kind: SafeguardKind; readonly name: RegExp }[] = [
  {
    kind: 'retry',
    name: /(?:^|\.)(?:tenacity\.retry|retry|retry_with_backoff|Retry|Retryable)$|^backoff\.on_(?:exception|predicate)$/u,
  },
  {
    kind: 'circuit_breaker',
    name: /(?:^|\.)(?:CircuitBreaker|circuitbreaker\.circuit|circuit|breaker)$/u,
  },
  { kind: 'timeout', name: /(?:^|\.)(?:TimeLimiter|Timeout)$/u },
  { kind: 'fallback', name: /(?:^|\.)(?:Fallback|Recover)$/u },
  { kind: 'graceful_shutdown', name: /(?:^|\.)PreDestroy$/u },
  { kind: 'dead_letter_queue', name: /(?:^|\.)(?:DltHandler|RetryableTopic)$/u },
];

export const GO_TIMEOUT_FIELDS =
  /^(?:Timeout|Read(?:Header)?Timeout|WriteTimeout|IdleTimeout|ResponseHeaderTimeout|TLSHandshakeTimeout|DialTimeout|ConnectTimeout|PoolTimeout)$/u;
