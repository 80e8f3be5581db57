package cairn.recipe;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * One setting of a part: a component of its record, under its name in kebab case. So a setting is declared once, where it is
 * used, and its default stands once, in the prototype of its {@link Component}. This is the one place outside the completeness audit
 * that looks at classes at run time; it makes records like one that it is given, never of a class that a text names.
 *
 * @param name as in a recipe
 * @param type as declared
 * @param value what the record holds
 */
public record Setting(String name, Type type, Object value) {

    /** The settings of {@code part} in the order of its components. */
    static List<Setting> of(Record part) {
        return Arrays.stream(part.getClass().getRecordComponents())
                .map(c -> new Setting(kebab(c.getName()), c.getGenericType(), get(part, c))).toList();
    }

    /** The names of the settings of a record of this class. */
    static List<String> names(Class<?> record) {
        return Arrays.stream(record.getRecordComponents()).map(c -> kebab(c.getName())).toList();
    }

    /**
     * A record of the class of {@code prototype} that holds {@code values}.
     *
     * @throws IllegalArgumentException if the record itself refuses them
     */
    @SuppressWarnings("unchecked")
    static <R extends Record> R with(R prototype, Object[] values) {
        try {
            var constructor = prototype.getClass().getDeclaredConstructor(Arrays.stream(prototype.getClass().getRecordComponents())
                    .map(RecordComponent::getType).toArray(Class<?>[]::new));
            constructor.setAccessible(true);
            return (R) constructor.newInstance(values);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof IllegalArgumentException refusal) {
                throw refusal;
            }
            throw new IllegalStateException("cannot make " + prototype.getClass().getName(), e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("cannot make " + prototype.getClass().getName(), e);
        }
    }

    /** {@code batchSize} as {@code batch-size}. */
    public static String kebab(String camel) {
        return camel.replaceAll("(?<!^)(?=\\p{Lu})", "-").toLowerCase(Locale.ROOT);
    }

    /** {@code ONE_HOT} as {@code one-hot}. */
    public static String kebab(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static Object get(Record record, RecordComponent component) {
        try {
            component.getAccessor().setAccessible(true);
            return component.getAccessor().invoke(record);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("cannot read " + component + " of " + record.getClass().getName(), e);
        }
    }
}
