/**
 * What to train, as text with a digest: the recipe, its settings, and the registry of the components that a recipe can name.
 * A component is a layer, loss, optimizer, schedule, initializer, clipping rule or data source.
 *
 * <p><b>Knows</b>: layers, losses, optimizers, schedules, data sources, retention rules. <b>Must not know</b>: trainers, arrays,
 * the files of a run, the terminal.
 * <br><b>Read</b>: Position, SplitSize, SaveInterval, SaveRule, SaveRuleText, Recovery, InitialWeights, Component, OwnClasses,
 * ComponentRegistry, Setting, SettingsWriter, ScalarReader, SettingsReader, RecipeParts, RecipeText, RecipeBuilder, Recipe,
 * RecipeSummary, RecipeChange, BuiltInRecipes.
 */
package cairn.recipe;
