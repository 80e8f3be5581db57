package cairn.recipe;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * One setting of a component: a field of its record, under its name in kebab case. So a setting is declared once, where it is used, and its
 * default is written once, in the prototype of its {@link Component}. Only this class and the completeness audit use reflection. It makes
 * records of the class of a given record, never of a class that a text names.
 *
 * @param name its name in a recipe
 * @param type the declared type
 * @param value its value in the record
 */
record Setting(String name, Type type, Object value) {

    /** The settings of {@code record}, in the order of declaration. */
    static List<Setting> of(Record record) {
        return Arrays.stream(record.getClass().getRecordComponents())
                .map(c -> new Setting(kebab(c.getName()), c.getGenericType(), get(record, c))).toList();
    }

    /** The names of the settings of a record class. */
    static List<String> names(Class<?> record) {
        return Arrays.stream(record.getRecordComponents()).map(c -> kebab(c.getName())).toList();
    }

    /**
     * A record of the class of {@code prototype} with {@code values}.
     *
     * @throws IllegalArgumentException if the constructor of the record refuses them
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
    static String kebab(String camel) {
        return camel.replaceAll("(?<!^)(?=\\p{Lu})", "-").toLowerCase(Locale.ROOT);
    }

    /** {@code ONE_HOT} as {@code one-hot}. */
    static String kebab(Enum<?> constant) {
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
