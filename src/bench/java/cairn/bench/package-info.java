/**
 * Benchmarks. Each measures a ratio of two times that are taken in turn on the same machine. They are run by hand ({@code mvn -q -Pbench
 * test-compile exec:exec -Dbench.args=...}, see docs/PERFORMANCE.md), never by the tests.
 *
 * <p><b>Read</b>: {@link cairn.timing.Rounds}, CaptureTimes, CommitTimes, LoadTimes, ManyCheckpoints, StepTimes, ResumeTimes, RollbackTimes, Machine,
 * PeerTimes, ScaleTimes, MemoryTimes, FlatTimes, StartTimes, InteropReads, Measurements.
 */
package cairn.bench;
