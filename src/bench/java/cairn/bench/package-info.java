/**
 * Measurements of speed, each as a ratio of two things timed in turn on the same machine. Run by hand ({@code mvn -q -Pbench test-compile
 * exec:exec}), never by the tests. Reading order: {@link cairn.bench.Rounds}, {@link cairn.bench.CaptureTimes},
 * {@link cairn.bench.CommitTimes}, {@link cairn.bench.StepTimes}, {@link cairn.bench.Measurements}.
 */
package cairn.bench;
