package cairn.recipe;

import com.fasterxml.jackson.dataformat.yaml.util.StringQuotingChecker;

/** Quotes texts in YAML that would be read as numbers: {@code 1e5} and {@code 0x10} as well as {@code 1.50}. */
final class NumberLike extends StringQuotingChecker.Default {
    private static final long serialVersionUID = 1L;

    @Override
    public boolean needToQuoteValue(String text) {
        return super.needToQuoteValue(text) || text.matches("[-+]?[.0-9][-+.0-9A-Fa-fXxo_]*");
    }
}
