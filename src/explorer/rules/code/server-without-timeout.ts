import { callsParser } from '../../parsers/code-calls.ts';
import { scopeOf } from '../../parsers/code-scopes.ts';
import { goLiterals, isFieldSetLater } from '../../parsers/go-literals.ts';
import { defineFileRule } from '../../rule.ts';

const LISTENERS = ['ListenAndServe', 'ListenAndServeTLS', 'Serve', 'ServeTLS'];

export default defineFileRule({
  id: 'code/server-without-timeout',
  wave: 1,
  item: 'timeouts',
  group: 'technical_risks',
  category: 'no_graceful_degradation',
  principle: 'chaos_is_constant',
  priority: 'high',
  confidence: 'high',
  blocks: null,
  surfaces: ['Go'],
  files: ['**/*.go'],
  optOuts: ['#nosec G112', '#nosec G114'],
  title: {
    en: '{server} waits for slow clients without limit',
    vi: '{server} chờ client chậm không giới hạn',
  },
  impact: {
    en: 'A few hundred clients that send their headers slowly, by accident or on purpose, hold every connection, and nobody else gets through.',
    vi: 'Chỉ vài trăm client gửi header chậm, vô tình hay cố ý, là đủ giữ hết kết nối và không ai khác vào được.',
  },
  why: {
    en: 'net/http sets no read timeout on its own: without ReadHeaderTimeout or ReadTimeout a connection that never finishes its headers is kept for ever.',
    vi: 'net/http không tự đặt read timeout: thiếu ReadHeaderTimeout hoặc ReadTimeout thì kết nối không bao giờ gửi xong header sẽ bị giữ mãi.',
  },
  fix: {
    en: 'Serve through &http.Server{Addr: …, Handler: …, ReadHeaderTimeout: 5 * time.Second, IdleTimeout: 60 * time.Second}.',
    vi: 'Chạy qua &http.Server{Addr: …, Handler: …, ReadHeaderTimeout: 5 * time.Second, IdleTimeout: 60 * time.Second}.',
  },
  later: {
    en: 'Limit the body and the handler too (http.MaxBytesReader, http.TimeoutHandler or per-route deadlines) and watch open connections.',
    vi: 'Giới hạn cả body và handler (http.MaxBytesReader, http.TimeoutHandler hoặc deadline theo route) và theo dõi số kết nối đang mở.',
  },
  references: [
    'https://pkg.go.dev/net/http#Server',
    'https://blog.cloudflare.com/exposing-go-on-the-internet/',
  ],
  examples: {
    bad: [
      {
        path: 'cmd/api/main.go',
        code: 'package main\n\nimport "net/http"\n\nfunc main() {\n\thttp.HandleFunc("/orders", orders)\n\tlog.Fatal(http.ListenAndServe(":8080", nil))\n}\n',
      },
      {
        path: 'internal/server/server.go',
        code: 'package server\n\nimport "net/http"\n\nfunc New(h http.Handler) *http.Server {\n\treturn &http.Server{Addr: ":8080", Handler: h}\n}\n',
      },
    ],
    good: [
      {
        path: 'internal/server/server.go',
        code: 'package server\n\nimport (\n\t"net/http"\n\t"time"\n)\n\nfunc New(h http.Handler) *http.Server {\n\tsrv := &http.Server{Addr: ":8080", Handler: h}\n\tsrv.ReadHeaderTimeout = 5 * time.Second\n\treturn srv\n}\n',
      },
      {
        path: 'cmd/api/main.go',
        code: 'package main\n\nimport (\n\t"net/http"\n\t"time"\n)\n\nfunc main() {\n\tsrv := http.Server{Addr: ":8080", ReadTimeout: 10 * time.Second}\n\tlog.Fatal(srv.ListenAndServe())\n}\n',
      },
      {
        path: 'internal/server/server_test.go',
        code: 'package server\n\nimport "net/http"\n\nfunc serve() { http.ListenAndServe(":0", nil) }\n',
      },
    ],
  },
  *check(file) {
    if (!file.text.includes('net/http"')) return;
    const calls = file.parse(callsParser);
    for (const call of calls.named(...LISTENERS))
      if (call.receiver === 'net/http')
        yield {
          ...call.lines,
          anchor: `${scopeOf(call.node)}:http.${call.method}`,
          values: { server: `http.${call.method}` },
        };
    for (const { node, line, endLine, fields, assignedTo } of goLiterals(
      calls,
      'net/http.Server',
    )) {
      const limits = ['ReadHeaderTimeout', 'ReadTimeout'];
      if (limits.some((f) => fields.has(f) || isFieldSetLater(file.text, assignedTo, f))) continue;
      yield {
        line,
        endLine,
        anchor: `${scopeOf(node)}:http.Server`,
        values: { server: 'http.Server' },
      };
    }
  },
});
