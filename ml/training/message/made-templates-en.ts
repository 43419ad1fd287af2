/**
 * Templates of messages for the training, since the data has few ordinary notices and few current frauds. `{…}` is
 * filled from the lists of `made-rows.ts`. None is a real message.
 */

export const ENGLISH_NOTICES = `
{enbank}: A deposit of {usd} was made to your account ending {last4}.
{enbank} Alert: Your card ending {last4} was used for {usd} at {enshop} on {endate}.
{enbank}: Your statement is ready. MessageSign in to the app to view it.
{enbank}: Your payment of {usd} was received. Thank you.
{enbank}: {usd} was sent to {enname}. If you have questions call the number on your card.
{enbank}: Your new debit card has been mailed and should arrive in 5-7 days.
{enbank}: we will never ask you for your code. Your verification code is {code}.
{enbank}: your balance is below {usd}.
{code} is your {enservice} verification code. Don't share it with anyone.
Your {enservice} code is {code}. It expires in 10 minutes.
{enservice}: we noticed a new sign-in from Chrome on Windows. If this was you, no action is needed.
{enservice}: your password was changed on {endate}. If you didn't do this, open the app and choose Help.
{enservice}: your subscription renews on {endate} for {usd}. Manage it in settings.
{enservice}: your receipt for {usd}. {enservicelink}
{encourier}: Your package {tracking} is out for delivery today by {entime}.
{encourier}: Your parcel was delivered at {entime}. It was left on the porch.
{encourier}: Track your parcel {tracking} at {encourierlink}
{encourier}: Sorry we missed you. We'll try again tomorrow. Your card has the pickup address.
{encourier}: your delivery has been rescheduled to {endate} as you asked.
{encourier}: Your item is waiting at your local post office. Bring photo ID to collect it.
{enshop}: Your order {digits} has shipped. Track it: {enshoplink}
{enshop}: Your refund of {usd} has been issued to your original payment method.
{enshop}: your order is ready for pickup. Bring your order number.
{enshop}: We couldn't process your return yet. We'll email you when it's done.
{enshop}: Your order is delayed and will now arrive by {endate}. Sorry for the wait.
Thanks for your order {enname}! Estimated delivery {endate}.
{clinic}: we have a cancellation on {endate} at {entime}. Phone {ukphone} if you would like it.
{clinic}: please ring us on {ukphone} to book your yearly check-up.
{utility_en}: our engineer will visit on {endate}. If you need to rearrange, call {ukphone}.
{restaurant}: we are looking forward to seeing you on {endate}. Running late? Call us on {ukphone}.
Your car is ready to collect from the garage, the total is {usd}. Any questions call {ukphone}.
Call me on {ukphone} when you get there, my mobile has no signal
{enbank}: your card ending {last4} was charged {usd} at {enshop}.
{enbank}: {usd} debit card purchase at {enshop} on {endate}. Not yours? Call the number on your card.
Use {code} to log in to {enservice}. Do not share this code.
Reminder: {enname}, you have an appointment at {clinic} on {endate} at {entime}. Reply Y to confirm or N to cancel.
{clinic}: your test results are available in the patient portal. Call us with any questions.
Your prescription is ready at {pharmacyen}. Open until 9pm.
{enagency}: your application has been received. Check progress at {enagencylink}
{enagency}: your tax return was accepted. We never text links asking for personal information.
{enagency}: your vehicle tax is due on {endate}. See {enagencylink}
{enagency}: severe weather warning for your area until {entime}. Stay indoors.
{school_en}: School is closed on {endate} due to weather.
{school_en}: {enname} was absent from period 2 today. Please contact the office.
{entelecom}: you've used 80% of your data this month.
{entelecom}: your bill of {usd} is ready and will be paid by autopay on {endate}.
{entelecom}: thanks for your payment of {usd}.
{utility_en}: your bill of {usd} is due {endate}. View it in your online account.
{utility_en}: planned outage on {endate} from 9 to 11 am.
{entoll}: your account balance is low. Replenish in the app or by mail.
Your flight {flight} to Lisbon is delayed. New departure {entime}.
Your table at {restaurant} is confirmed for {endate}, {entime}. Reply C to cancel.
Your ride is arriving in 3 minutes. White Toyota, plate {plate}.
Your interview is confirmed for {endate} at {entime}. Ask for {enname} at reception.
Hi {enname}, thanks for applying. Are you free for a call on {endate}? - HR
Hi mum, running late, don't wait for dinner x
Mum my phone died, using the charger at work, back by six
Hey dad can you pick me up from the station at {entime}?
dropped my phone again lol screen is fine though
I got a new phone but same number, finally!
Can you send me {usd} for the pizza last night? No rush
I'll transfer you the rent tomorrow morning
Could you send me the wifi password when you get a sec?
Happy birthday {enname}! Hope you have a great day
We're getting married! Save the date: {endate}. Invitation to follow by post. Love, {enname}
So sorry to hear your grandad passed away, thinking of you all. When is the funeral?
did you see this? {envideolink}
here's the doc {endoclink} comments welcome
meet here {enmaplink}
Is this still available? I can pick it up on {endate}
Meeting moved to {entime}, same room.
Please submit your timesheet before Friday noon. Thanks, {enname}
I won {usd} on a scratch card haha drinks on me
The bank called about the mortgage, can you ring them back?
Did your parcel arrive yet? Mine is still on its way
{clinic}: your check-up is on {endate} at {entime}. To change it please call {ukphone}.
A gentle reminder of your appointment on {endate}. If you can't make it call us on {ukphone}.
{school_en} office: please call {ukphone} about the trip form.
Signed the lease, copy is here {endoclink}
Uploaded the photos {endoclink} have a look
the slides are ready {endoclink}
Mum can you pick me up? I lost my bus card
Dad the car broke down again, I'm at the garage
my sister lost her phone at the beach, she's so upset
I dropped my card in the cab, the bank is sending a new one
got a speeding ticket this morning, so annoying
The court date for the divorce is on {endate}, can you watch the kids?
finally got my tax refund, new bike time
They declined my loan again
my student loan is finally paid off!
Never buying crypto again, lost {usd}
We won the pub quiz!! free drinks all night
Need to renew my passport before the trip
Grandma is in hospital but she is doing fine, don't worry
can you send me a photo of the whiteboard?
Please send me the invoice by {endate}
My account got locked because I typed the wrong password three times lol
`;

export const ENGLISH_FRAUDS = `
delivery|{encourier}: your parcel is on hold due to an incomplete address. Update it within 24 hours: {bad}
delivery|{encourier}: a customs fee of {usd} is unpaid. Pay to release your package {bad}
delivery|{encourier}: delivery attempt failed. Reschedule here {bad}
delivery|Your package could not be delivered today. Confirm your details to avoid return to sender {bad}
institution|{entoll}: you have an unpaid toll of {usd}. Pay today to avoid a late fee: {bad}
institution|{enagency}: final notice. You have an outstanding fine and your licence may be suspended. Settle now {bad}
institution|{enagency}: a warrant has been issued in your name. Call {phone} immediately to avoid arrest.
institution|Parking charge notice: {usd} overdue. Pay before it is passed to debt collectors {bad}
refund|{enagency}: you are owed a tax refund of {usd}. InstitutionClaim it here {bad}
refund|You are eligible for the cost of living payment. Apply now: {bad}
account|{enbank}: your account has been locked due to unusual activity. Verify your identity at {bad}
account|{enservice}: your payment was declined and your membership is on hold. Update your billing details {bad}
account|{enservice}: someone tried to sign in to your account. If this wasn't you secure it now {bad}
account|{entelecom}: your SIM will be deactivated today. Confirm your details {bad}
account|Dear customer, your {enbank} KYC has expired. Update now or your account will be blocked {bad}
payment|{enbank}: did you attempt a payment of {usd} to {enshop}? If NOT you call {phone} now
payment|{enbank}: a new payee was added to your account. If this was not you, cancel at {bad}
payment|{enshop}: your order of {usd} has been placed. If you did not make this purchase call {phone}
payment|Your antivirus subscription will auto-renew for {usd} today. To cancel call {phone}
family|Hi mum it's me, my phone broke so this is my new number, can you text me back asap?
family|Dad I lost my phone and can't get into my bank, could you pay a bill of {usd} for me? I'll pay you back tomorrow
family|Mum I need a favour, can you buy some gift cards and send me a picture of the codes? I'm in a meeting
job|Hi, I'm {enname} from a recruitment agency. Remote part-time job, earn {usd} daily. Message me on WhatsApp {phone}
job|We are hiring online assistants. Daily salary {usd}, no experience. Contact on Telegram {handle}
investment|Join our VIP crypto trading group, guaranteed 30% returns weekly. Free entry today {bad}
investment|I turned {usd} into 10x with this trading platform, ask me how {bad}
crypto|{encrypto}: withdrawal of 0.52 BTC requested. If this wasn't you cancel now {bad}
crypto|Your wallet must be verified. Enter your seed phrase to keep access {bad}
invitation|You are invited to our wedding! Open the invitation here {bad}
invitation|Sad news, our friend passed away. Funeral details here {bad}
loan|You are pre-approved for a loan of {usd} regardless of credit. Pay the processing fee to receive it {bad}
prize|Congratulations! You have won a {enshop} gift card worth {usd}. InstitutionClaim within 24 hours {bad}
prize|{enshop}: your loyalty points expire today, redeem them for an iPhone {bad}
tech_support|Microsoft support: your computer is infected. Install the remote tool and call {phone}
tech_support|Your iPhone has been hacked! Install the security app now {bad}
romance|My love, I am deployed and need {usd} for the customs fee of the package I sent you. Please send it by gift cards
marketplace|Hi, I'd like to buy your item. The courier will collect it, just confirm your card to receive the payment {bad}
code|Sorry, I sent my code to your number by mistake, can you send me the 6 digit code please?
extortion|I recorded you through your webcam. Pay {usd} in bitcoin or I send the video to all your contacts.
`;

export const ENGLISH_ADVERTS = `
{enshop}: 30% off everything this weekend. Shop {enshoplink} Reply STOP to opt out
{enshop}: your favourites are on sale! Use code SAVE20 at checkout. Txt STOP to end
{restaurant}: two for one on Tuesdays. Show this text. Reply STOP to unsubscribe
{entelecom}: upgrade to 5G today and save {usd} a year. Terms apply. STOP to opt out
`;
