using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Internal;
using System.Security;

namespace FutureHouse.PowerShell.Binding;

/// <summary>
/// Every parameter of every cmdlet has one of these, so that one rule for what is blank holds for all of them: it becomes <see langword="null"/>, before the type of the parameter makes a zero,
/// a true or an empty text of it. The cmdlets' base refuses that where it was bound by name; where it came with the pipeline, by property, it counts as not given.
/// </summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Field)]
public abstract class ArgumentAttribute : ArgumentTransformationAttribute
{
    /// <summary>Whether an empty text says something.</summary>
    public bool EmptyTextMeans { get; set; }

    /// <summary>Whether a list without an element says something.</summary>
    public bool EmptyListMeans { get; set; }

    /// <summary>What a parameter is set to where it is bound to nothing.</summary>
    private protected virtual object? Unset => null;

    /// <summary>Gives what the parameter takes.</summary>
    /// <param name="engineIntrinsics">Not used.</param>
    /// <param name="inputData">What was bound.</param>
    /// <returns>The value; <see langword="null"/> for nothing.</returns>
    public sealed override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData) => IsNothing(inputData) ? Unset : Read(inputData!, Bare(inputData)!);

    /// <summary>Whether a value that has been bound is nothing.</summary>
    /// <param name="value">The value.</param>
    /// <param name="isItems">Whether each element is an item of its own, whose trouble is its own.</param>
    internal bool IsNothing(object? value, bool isItems)
    {
        if (Bare(value) is not ICollection list || list is IDictionary)
        {
            return IsNothing(value) || ReferenceEquals(value, SwitchOfAttribute.Blank);
        }

        var blank = list.Cast<object?>().Count(IsNothing);
        return list.Count == 0 ? !EmptyListMeans : isItems ? blank == list.Count : blank > 0;
    }

    /// <summary>Gives what the parameter takes.</summary>
    /// <param name="item">What was bound, with what PowerShell has added to it.</param>
    /// <param name="bare">The same without that.</param>
    private protected abstract object? Read(object item, object bare);

    /// <summary>Whether a text without a character to be seen is nothing; where not, only an empty one is.</summary>
    private protected virtual bool IsNothing(string text) => string.IsNullOrWhiteSpace(text);

    /// <summary>A value without PowerShell's wrapper; an object that has nothing but properties stays as it is.</summary>
    internal static object? Bare(object? item) =>
        item is null || ReferenceEquals(item, AutomationNull.Value) ? null
        : item is PSObject { BaseObject: var wrapped } && wrapped is not PSCustomObject ? wrapped
        : item;

    private bool IsNothing(object? value) => Bare(value) switch
    {
        null or DBNull or SecureString { Length: 0 } => true,
        string text => !EmptyTextMeans && IsNothing(text),
        object?[] { Length: > 0 } list => Array.TrueForAll(list, one => Bare(one) is null),
        _ => false,
    };
}

/// <summary>Takes what is given; for parameters whose own type says what they take.</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Field)]
public sealed class GivenAttribute : ArgumentAttribute
{
    private protected override object? Read(object item, object bare) =>
        bare is IEnumerable list and not (string or IDictionary) && list.Cast<object?>().Any(one => Bare(one) is null or "")
            ? throw new ArgumentTransformationMetadataException(BindingStrings.HoldsNothing)
            : item;
}

/// <summary>Takes a switch also as text, as a cell of a CSV file has it. Without this, PowerShell takes <c>-Force:$null</c> for <c>-Force</c>.</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Field)]
public sealed class SwitchOfAttribute : ArgumentAttribute
{
    /// <summary>A switch that is bound to nothing: off, and known by being this very object.</summary>
    internal static readonly object Blank = new SwitchParameter(false);

    private protected override object? Unset => Blank;

    private protected override object? Read(object item, object bare) => bare is not string text ? item
        : text.Trim() is var word && word == "0" ? new SwitchParameter(false)
        : word == "1" ? new SwitchParameter(true)
        : bool.TryParse(word, out var flag) ? new SwitchParameter(flag)
        : throw new ArgumentTransformationMetadataException(string.Format(System.Globalization.CultureInfo.CurrentCulture, BindingStrings.NoSwitch, text));
}
