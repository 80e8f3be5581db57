/**
 * The pages of docs/lessons as tests: {@link cairn.lessons.Page} reads one, {@link cairn.lessons.Classroom} does what it says,
 * {@link cairn.lessons.Quote} compares what it quotes with what appeared.
 */
package cairn.lessons;
