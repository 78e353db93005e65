using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace FutureHouse.PowerShell.Completion;

/// <summary>Completes to the names of an enumeration that can be asked for.</summary>
/// <typeparam name="T">The enumeration.</typeparam>
public sealed class EnumCompleter<T> : IArgumentCompleter
    where T : struct, Enum
{
    /// <summary>Gives the names that begin with what is typed.</summary>
    /// <param name="commandName">Not used.</param>
    /// <param name="parameterName">Not used.</param>
    /// <param name="wordToComplete">What is typed.</param>
    /// <param name="commandAst">Not used.</param>
    /// <param name="fakeBoundParameters">Not used.</param>
    /// <returns>The names.</returns>
    public IEnumerable<CompletionResult> CompleteArgument(string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        Enum.GetNames<T>()
            .Where(name => name is not ("Unknown" or "RawContent") && name.StartsWith(wordToComplete ?? string.Empty, StringComparison.OrdinalIgnoreCase))
            .Order(StringComparer.Ordinal)
            .Select(name => new CompletionResult(name));
}
