/**
 * Benchmarks by JMH: operations of the vocabulary at the shapes of common networks, and whole steps. Reading order: {@link
 * cairn.bench.jmh.Operations}, {@link cairn.bench.jmh.Steps}, {@link cairn.bench.jmh.Harness}.
 */
package cairn.bench.jmh;
