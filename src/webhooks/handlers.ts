import { onCheckRun } from './check-run.ts';
import { onCheckSuite } from './check-suite.ts';
import { onInstallation } from './installation.ts';
import { onIssueComment } from './issue-comment.ts';
import { onMergeGroup } from './merge-group.ts';
import type { Handler } from './payload.ts';
import { onPullRequest } from './pull-request.ts';

/** Every event that means something to us. All others are acknowledged and dropped unread. */
const HANDLERS: Readonly<Record<string, Handler>> = {
  pull_request: onPullRequest,
  issue_comment: onIssueComment,
  check_run: onCheckRun,
  check_suite: onCheckSuite,
  merge_group: onMergeGroup,
  installation: onInstallation,
  installation_repositories: onInstallation,
  repository: onInstallation,
};

export function handlerOf(event: string): Handler | null {
  return Object.hasOwn(HANDLERS, event) ? HANDLERS[event]! : null;
}
