/**
 * Measurements of speed, each as a ratio of two things timed in turn on the same machine. Run by hand ({@code mvn -q -Pbench test-compile
 * exec:exec -Dbench.args=...}, see docs/PERFORMANCE.md), never by the tests. Reading order: {@link cairn.timing.Rounds},
 * {@link cairn.bench.CaptureTimes}, {@link cairn.bench.CommitTimes}, {@link cairn.bench.LoadTimes}, {@link cairn.bench.StepTimes},
 * {@link cairn.bench.ResumeTimes}, {@link cairn.bench.RollbackTimes}, {@link cairn.bench.Machine}, {@link cairn.bench.PeerTimes},
 * {@link cairn.bench.ScaleTimes}, {@link cairn.bench.MemoryTimes}, {@link cairn.bench.StartTimes}, {@link cairn.bench.Measurements}.
 */
package cairn.bench;
