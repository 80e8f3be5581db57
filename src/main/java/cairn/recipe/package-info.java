/**
 * What to train, as text with a digest: the recipe, its settings, and the registry of the components that a recipe can name.
 *
 * <p><b>Knows</b>: layers, losses, optimizers, schedules, data sources, retention rules. <b>Must not know</b>: trainers, arrays,
 * files of a run, the terminal.
 * <br><b>Read</b>: Position, SplitSize, SaveInterval, SaveRule, Recovery, InitialWeights, Component, ComponentRegistry, Setting,
 * SettingsWriter, SettingsReader, RecipeText, RecipeBuilder, Recipe, RecipeChange, BuiltInRecipes.
 */
package cairn.recipe;
