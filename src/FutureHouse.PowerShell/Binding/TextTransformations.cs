using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Numerics;
using System.Text;

namespace FutureHouse.PowerShell.Binding;

/// <summary>Takes text, and nothing that only looks like it: an entry or a file would otherwise be taken as the text that it is shown as.</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Field)]
public class TextOfAttribute : ArgumentAttribute
{
    /// <summary>The property that has the text of an object from the pipeline.</summary>
    public string? From { get; set; }

    /// <summary>What is said of an object that has no text.</summary>
    private protected virtual string Refusal => BindingStrings.NoText;

    private protected sealed override object? Read(object item, object bare) =>
        bare is IEnumerable list and not (string or IDictionary)
            ? list.Cast<object?>().Select(one => Bare(one) is { } value ? One(one!, value) : string.Empty).ToArray()
            : One(item, bare);

    /// <summary>What stands for an object that has no text itself; <see langword="null"/> to refuse it.</summary>
    private protected virtual object? Instead(object item) => null;

    private object One(object item, object bare) =>
        Text(bare)
        ?? (From is not null && bare is not IDictionary && PSObject.AsPSObject(item).Properties[From] is { } property ? Bare(property.Value) is { } value ? Text(value) : string.Empty : null)
        ?? Instead(item)
        ?? throw new ArgumentTransformationMetadataException(string.Format(CultureInfo.CurrentCulture, Refusal, (bare is PSObject wrapper ? wrapper.BaseObject : bare).GetType().Name));

    /// <summary>The text of what has one of its own; <see langword="null"/> for what is only shown as text.</summary>
    private static string? Text(object bare) => bare switch
    {
        string text => text,
        bool or char or Guid or DateTime or DateTimeOffset or TimeSpan or DateOnly or TimeOnly or BigInteger or decimal or Enum => LanguagePrimitives.ConvertTo<string>(bare),
        Uri or Version or StringBuilder => bare.ToString()!,
        _ => bare.GetType().IsPrimitive ? LanguagePrimitives.ConvertTo<string>(bare) : null,
    };
}

/// <summary>Takes what an entry is to hold: text, or objects that have it in <c>Content</c>.</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Field)]
public sealed class ContentOfAttribute : TextOfAttribute
{
    private readonly string[] _elsewhere;

    /// <summary>Makes the attribute.</summary>
    /// <param name="elsewhere">Other properties that may have it, which are left to be bound by the pipeline.</param>
    public ContentOfAttribute(params string[] elsewhere)
    {
        _elsewhere = elsewhere;
        From = "Content";
        EmptyTextMeans = true;
    }

    private protected override string Refusal => BindingStrings.NoContent;

    private protected override object? Instead(object item) => Bare(item) is not IDictionary && _elsewhere.Any(name => Bare(PSObject.AsPSObject(item).Properties[name]?.Value) is not (null or "")) ? new Elsewhere() : null;

    /// <summary>Stands for what is in another property. It has no text, so that it cannot become one by name.</summary>
    private sealed class Elsewhere
    {
        public override string ToString() => throw new InvalidCastException(string.Format(CultureInfo.CurrentCulture, BindingStrings.NoContent, nameof(PSObject)));
    }
}
