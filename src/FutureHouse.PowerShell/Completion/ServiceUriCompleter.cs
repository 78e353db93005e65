using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using FutureHouse.Authentication;

namespace FutureHouse.PowerShell.Completion;

/// <summary>Completes the known services. Asks nobody.</summary>
public sealed class ServiceUriCompleter : IArgumentCompleter
{
    /// <summary>Gives the services that begin with, or are called, what was typed.</summary>
    /// <param name="commandName">Not used.</param>
    /// <param name="parameterName">Not used.</param>
    /// <param name="wordToComplete">What was typed.</param>
    /// <param name="commandAst">Not used.</param>
    /// <param name="fakeBoundParameters">Not used.</param>
    /// <returns>Addresses, with their names beside them.</returns>
    public IEnumerable<CompletionResult> CompleteArgument(string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        var typed = (wordToComplete ?? string.Empty).Trim('\'', '"');
        return ApiKeySource.KnownServices
            .Where(s => s.Name.StartsWith(typed, StringComparison.OrdinalIgnoreCase) || s.Uri.ToString().StartsWith(typed, StringComparison.OrdinalIgnoreCase))
            .Select(s => new CompletionResult(s.Uri.ToString().TrimEnd('/'), s.Name, CompletionResultType.ParameterValue, s.Name));
    }
}
