/**
 * Benchmarks with JMH: single operations with the shapes of common networks, and whole steps.
 *
 * <p><b>Read</b>: Operations, Steps, Harness.
 */
package cairn.bench.jmh;
