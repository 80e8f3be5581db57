/**
 * Short texts that people write and read: rules, lengths and conditions, misspelt names, sizes.
 *
 * <p><b>Knows</b>: letters, digits, units of bytes. <b>Must not know</b>: what the words mean.
 * <br><b>Read</b>: ByteSize, Spelling, WordReader, Printable, BadByte.
 */
package cairn.words;
