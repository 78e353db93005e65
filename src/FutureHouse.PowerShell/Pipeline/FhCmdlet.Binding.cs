using System.Collections;
using System.Management.Automation;
using FutureHouse.Errors;
using FutureHouse.PowerShell.Binding;

namespace FutureHouse.PowerShell.Pipeline;

/// <content>
/// Nothing is not everything: a parameter that is bound by name to nothing is an error that names it. A blank value that the pipeline binds by property counts as not given, for which
/// <see cref="ArgumentAttribute"/> makes it <see langword="null"/>.
/// </content>
public abstract partial class FhCmdlet
{
    private readonly List<ParameterMetadata> _scripts = [];

    /// <summary>
    /// Before the first item, bound is what stands on the command line: arguments, splatted or not, and values of <c>$PSDefaultParameterValues</c>. A script block is evaluated item by item.
    /// </summary>
    private void RequireGiven()
    {
        foreach (var (parameter, value) in Bound())
        {
            if (IsScript(parameter, value))
            {
                _scripts.Add(parameter);
            }
            else if (IsNothing(parameter, value))
            {
                ThrowTerminatingError(ErrorTable.Record(Nothing(parameter), parameter.Name));
            }
        }
    }

    /// <summary>What a script block gave for this item. Nothing is the item's error: the block was to give something.</summary>
    private bool RecordIsGiven()
    {
        foreach (var parameter in _scripts)
        {
            if (MyInvocation.BoundParameters.TryGetValue(parameter.Name, out var value) && IsNothing(parameter, value))
            {
                Report(Nothing(parameter), Item(parameter));
                return false;
            }
        }

        return true;
    }

    /// <summary>The items that a path stands for; a pattern that matches nothing is a warning.</summary>
    /// <param name="path">The path, as it was bound.</param>
    /// <returns>Full paths.</returns>
    protected IReadOnlyList<string> Resolve(string path)
    {
        var found = FilePaths.Resolve(this, path);
        if (found.Count == 0)
        {
            WriteWarning(Text(BindingStrings.NothingMatches, FilePaths.Shown(path)));
        }

        return found;
    }

    /// <summary>The parameters of the cmdlet's own that are bound; PowerShell looks after those that every cmdlet has.</summary>
    private IEnumerable<(ParameterMetadata Parameter, object? Value)> Bound() =>
        from bound in MyInvocation.BoundParameters
        let parameter = MyInvocation.MyCommand.Parameters.GetValueOrDefault(bound.Key)
        where parameter?.Attributes.Any(attribute => attribute is ArgumentAttribute) == true
        select (parameter, (object?)bound.Value);

    /// <summary>A script block for a parameter that the pipeline may bind stands there unevaluated at first, in a type of PowerShell's own.</summary>
    private bool IsScript(ParameterMetadata parameter, object? value) =>
        MyInvocation.ExpectingInput && value is not null && !parameter.ParameterType.IsInstanceOfType(value)
        && parameter.ParameterSets.Values.Any(set => set.ValueFromPipeline || set.ValueFromPipelineByPropertyName);

    private static bool IsNothing(ParameterMetadata parameter, object? value) => parameter.Attributes.OfType<ArgumentAttribute>().First().IsNothing(value, IsItems(parameter));

    /// <summary>Whether each value is an item of its own, whose trouble is its own.</summary>
    private static bool IsItems(ParameterMetadata parameter) => parameter.ParameterSets.Values.Any(set => set.ValueFromPipeline);

    /// <summary>What the pipeline bound as the item, for the error's target.</summary>
    private object? Item(ParameterMetadata nothing)
    {
        var item = Bound().Where(bound => bound.Parameter != nothing && IsItems(bound.Parameter)).Select(bound => bound.Value).FirstOrDefault();
        return item is IList { Count: 1 } one ? one[0] : item ?? nothing.Name;
    }

    private static InvalidRequestException Nothing(ParameterMetadata parameter) => new(Text(BindingStrings.Nothing, parameter.Name));
}
