/**
 * Where the service writes what it does. The text is constant, data goes into the fields; never payloads, file
 * contents or tokens.
 */
export interface Log {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}
