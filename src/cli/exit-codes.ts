/** What the exit code of `ops` says. Check and test commands answer 0 or 1. */
export const exitCodes = {
  /** Ready, or ready with concerns. */
  ready: 0,
  blocked: 1,
  notAssessed: 2,
  /** EX_USAGE of sysexits.h: the call was wrong, a revision or repository unknown. */
  usage: 64,
  /** EX_SOFTWARE of sysexits.h: a defect of Ops. */
  internal: 70,
} as const;
